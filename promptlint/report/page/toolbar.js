// Search and filters, always at hand; what they show is said aloud.
const SEVERITIES = ["error", "warning", "info", "suppressed"];
const filters = { query: "", severities: new Set(["error", "warning", "info"]), broken: false };
const controls = {};

function startToolbar() {
  const bar = document.querySelector(".toolbar");
  controls.search = make("input", { type: "search", id: "search", placeholder: "Search turns and findings", autocomplete: "off", spellcheck: "false", "aria-label": "Search turns and findings", "aria-keyshortcuts": "/" });
  controls.said = make("p", { class: "said", role: "status" });
  const numbers = Object.fromEntries(SEVERITIES.map((name) => [name, report.findings.filter((one) => (one.suppressed ? "suppressed" : one.severity) === name).length]));
  controls.severities = Object.fromEntries(SEVERITIES.filter((name) => numbers[name]).map((name) => [name, chip(name, `${name === "suppressed" ? "known" : name} `, numbers[name], () => toggleSeverity(name))]));
  controls.broken = chip("broken", "broken turns only", null, toggleBroken);
  const exact = report.tokenizers.every((use) => use.exact);
  const badge = make("span", { class: exact ? "exact badge" : "approximate badge", title: report.tokenizers.map((use) => `${use.reference}, profile ${use.profile}`).join("; ") }, exact ? "exact tokens" : "approximate tokens");
  const jumps = make("nav", { "aria-label": "Sections" }, ...[["#turns", "Turns"], ["#findings", "Findings"], ["#files", "Files"]].map(([href, text]) => make("a", { href }, text)));
  bar.append(jumps, controls.search, make("div", { class: "chips", role: "group", "aria-label": "Filters" }, Object.values(controls.severities), report.pairs.some((pair) => pair.lost) ? controls.broken : ""), report.requests.length ? badge : "", controls.said);
  bar.hidden = false;
  let waiting = 0;
  controls.search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      filters.query = controls.search.value.trim().toLowerCase().replace(/\s+/g, " ");
      whenRead(applyFilters);
    }, 80);
  });
  showPressed();
}

function chip(name, text, number, onClick) {
  return button({ class: `chip ${name}`, "aria-pressed": "false" }, onClick, text, number === null ? "" : make("b", {}, count(number)));
}

function toggleSeverity(name) {
  if (!filters.severities.delete(name)) filters.severities.add(name);
  applyFilters();
}

function toggleBroken() {
  filters.broken = !filters.broken;
  applyFilters();
}

function showPressed() {
  for (const [name, pressed] of Object.entries(controls.severities)) pressed.setAttribute("aria-pressed", String(filters.severities.has(name)));
  controls.broken.setAttribute("aria-pressed", String(filters.broken));
}

function applyFilters() {
  showPressed();
  const turns = filterTurns(filters.query, filters.broken);
  const told = filterFindings(filters.query, filters.severities);
  controls.said.textContent = `${plural(turns, "turn")}, ${plural(told, "finding")} shown`;
}

// For a link to what the filters hide.
function clearFilters(finding = null) {
  filters.query = controls.search.value = "";
  filters.broken = false;
  if (finding !== null) filters.severities.add(finding.suppressed ? "suppressed" : finding.severity);
  applyFilters();
}

