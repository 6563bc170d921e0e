// The findings, file by file; the text of a rule is shown when its finding is opened.
const FINDINGS_AT_FIRST = 100;
const MORE_FINDINGS = 300;
const openFindings = new Set();
const findings = { limit: FINDINGS_AT_FIRST, found: report.findings };

function startFindings(main) {
  findings.body = make("div", { class: "findings-list" });
  main.append(make("section", { class: "findings", "aria-labelledby": "findings" }, make("h2", { id: "findings" }, "Findings"), findings.body));
  filterFindings("", new Set(["error", "warning", "info"]));
}

function filterFindings(query, severities) {
  const fits = (one) => severities.has(one.suppressed ? "suppressed" : one.severity) && (query === "" || query.split(" ").every((word) => textOfFinding(one).includes(word)));
  findings.found = report.findings.filter(fits);
  findings.limit = FINDINGS_AT_FIRST;
  fillFindings();
  return findings.found.length;
}

function textOfFinding(one) {
  if (one.text === undefined) one.text = [one.code, one.rule, one.severity, one.message, one.position, one.pointer, one.hint].join("\n").toLowerCase();
  return one.text;
}

function fillFindings() {
  const shown = findings.found.slice(0, findings.limit);
  const groups = new Map();
  for (const one of shown) groups.set(one.path, [...(groups.get(one.path) || []), one]);
  findings.body.replaceChildren(...[...groups].map(([path, told]) => make("section", { class: "file" }, make("h3", {}, make("code", {}, path || "(no file)")), make("ul", { class: "rows" }, told.map(findingRow)))));
  if (!shown.length) findings.body.append(make("p", { class: "note" }, report.findings.length ? "No finding matches." : "No findings."));
  if (shown.length < findings.found.length) {
    const more = () => {
      findings.limit += MORE_FINDINGS;
      fillFindings();
    };
    findings.body.append(button({ class: "row more" }, more, `Show more: ${plural(findings.found.length - shown.length, "finding")} left`));
  }
  if (report.left_out.findings) findings.body.append(make("p", { class: "note" }, `${plural(report.left_out.findings, "finding")} more were left out: the json format has all of them.`));
}

function findingRow(one) {
  const isOpen = openFindings.has(one.id);
  const row = button(
    { class: `row finding ${one.suppressed ? "suppressed" : one.severity}`, "aria-expanded": String(isOpen) },
    () => toggleFinding(one),
    make("span", { class: "severity" }, one.suppressed ? "known" : one.severity),
    make("span", { class: "code" }, one.code),
    make("span", { class: "message" }, make("span", { class: "rule" }, one.rule), " ", one.message),
    make("span", { class: "number" }, one.lost ? `${count(one.lost)} lost` : ""),
    make("span", { class: "at" }, one.at || one.pointer),
  );
  const item = make("li", { id: `finding-${one.id}` }, row);
  if (isOpen) item.append(findingDetail(one));
  return item;
}

function findingDetail(one) {
  const rule = report.rules[one.code];
  const facts = [
    ["where", make("code", {}, `${one.position} ${one.pointer}`.trim())],
    ["before", one.related ? make("code", {}, one.related) : null],
    ["costs", one.lost ? plural(one.lost, "token") : null],
    ["do", one.hint],
    ["known", one.suppressed ? `${one.suppressed.by}: ${one.suppressed.reason}` : null],
    ["in", placesOf(one)],
    ["see", one.url && !rule ? reference(one.url, one.url) : null],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
  return make(
    "div",
    { class: "detail" },
    make("p", { class: "request" }, permalink(`finding-${one.id}`)),
    make("dl", { class: "facts" }, facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", { class: "wide" }, value)))),
    rule ? ruleText(one, rule) : "",
  );
}

function placesOf(one) {
  const pairs = [...new Set([one.pair, ...one.also])].filter((number) => number !== null).slice(0, 12);
  const links = pairs.map((number) => make("a", { href: `#pair-${number}` }, `#pair-${number}`));
  if (one.request !== null) links.push(make("a", { href: `#request-${one.request}` }, `#request-${one.request}`));
  return links.length ? make("span", { class: "links" }, links) : null;
}

function ruleText(one, rule) {
  const texts = (heading, paragraphs) => [make("h5", {}, heading), ...paragraphs.map((text) => make("p", {}, text))];
  return make(
    "section",
    { class: "ruletext" },
    make("h4", {}, make("span", { class: "code" }, one.code), ` ${rule.summary}`),
    make("div", { class: "two" }, make("div", {}, texts("Why", rule.why)), make("div", {}, texts("Instead", rule.instead))),
    rule.references.length ? make("p", { class: "references" }, "Reported in ", rule.references.map((known) => reference(known.text, known.url))) : "",
  );
}

function toggleFinding(one) {
  const row = document.getElementById(`finding-${one.id}`).querySelector(".row");
  const opened = !openFindings.delete(one.id);
  if (opened) openFindings.add(one.id);
  row.setAttribute("aria-expanded", String(opened));
  if (opened) row.after(findingDetail(one));
  else row.nextSibling.remove();
  if (opened) remember(`finding-${one.id}`);
}

function showFinding(number) {
  const one = report.findings.find((known) => known.id === number);
  if (one === undefined) return;
  openFindings.add(number);
  if (!findings.found.includes(one)) clearFilters(one);
  findings.limit = Math.max(findings.limit, findings.found.indexOf(one) + 1);
  fillFindings();
  const row = document.getElementById(`finding-${number}`).querySelector(".row");
  row.scrollIntoView({ block: "start" });
  row.focus({ preventScroll: true });
}

