// All about one pair; built when somebody opens it.
function pairDetail(number) {
  const pair = pairOf(number);
  const parts = [
    ["before", report.requests[pair.before], pair.before_tokens],
    ["after", report.requests[pair.after], pair.after_tokens],
  ];
  return make(
    "article",
    { class: "pair", "data-pair": number, "aria-label": `Pair ${number}` },
    make("header", {}, make("p", { class: `verdict ${pair.status || "refused"}` }, pair.verdict), permalink(`pair-${number}`)),
    picture(pair),
    facts(pair, parts),
    ...(pair.left_out ? [make("p", { class: "note" }, "The details of this pair were left out: the page would be too large. The json format has all of them.")] : details(number, pair)),
    pairFindings(number),
  );
}

function permalink(name) {
  return make("a", { class: "permalink", href: `#${name}`, title: "A link to this" }, `#${name}`);
}

function picture(pair) {
  if (pair.common === null || pair.lost === null) return "";
  const longest = Math.max(pair.before_tokens, pair.after_tokens);
  const parts = { reused: pair.common, lost: pair.lost, new: Math.max(0, longest - pair.common - pair.lost) };
  return make("div", { class: "picture" }, strip(parts, total(parts)), legend(parts));
}

function facts(pair, sides) {
  const rows = sides.map(([name, request, tokens]) => [name, `${count(tokens)} tokens`, request.name]);
  const reusable = pair.reusable !== null && pair.reusable !== pair.common ? `; with the recorded answer ${count(pair.reusable)}` : "";
  if (pair.common !== null)
    rows.push(["common", `${count(pair.common)} tokens`, `kept ${percent(pair.common, pair.before_tokens)} of before, similarity ${percent(pair.common, pair.after_tokens)} of after${reusable}`]);
  if (pair.seconds !== null && pair.lost) rows.push(["lost", seconds(pair.seconds), `to compute ${plural(pair.lost, "token")} again, ${pair.assumption}`]);
  const use = report.tokenizers[report.requests[pair.after].tokenizer];
  rows.push(["tokenizer", use.exact ? "exact" : "approximate", `${use.reference}, profile ${use.profile}`]);
  return make("dl", { class: "facts" }, rows.map(([name, value, more]) => make("div", {}, make("dt", {}, name), make("dd", { class: "value" }, value), make("dd", {}, more))));
}

function details(number, pair) {
  return [
    pair.divergence ? excerpts(number, pair) : "",
    pair.causes.length ? waterfall(pair) : "",
    pair.status === "broken" && pair.grew ? make("p", { class: "note" }, "The requests only grew: the chat template itself rewrote the earlier turns.") : "",
    pair.reuse.length ? reuseTable(number, pair.reuse) : "",
    pair.differences.length ? differences(pair) : "",
    pair.limits.length ? listOf("Not modelled, so the numbers can be off", pair.limits) : "",
  ];
}

// Each cause takes away its part of what is lost, in the order of the prompt; the bars hang one behind the other.
function waterfall(pair) {
  let left = pair.lost;
  const rows = pair.causes.map((cause) => {
    const from = left;
    if (cause.remaining !== null) left = Math.min(left, cause.remaining);
    return make(
      "li",
      {},
      make("div", { class: "cause" }, causeName(cause.code), make("span", { class: "where" }, cause.where)),
      cause.remaining === null ? make("span", { class: "fall unknown" }, "not measured") : fallBar(from, left, pair.lost),
      make("span", { class: "number" }, count(cause.lost)),
      make("span", { class: "number" }, count(cause.remaining)),
      cause.sentence ? make("p", { class: "sentence" }, `${cause.sentence[0].toUpperCase()}${cause.sentence.slice(1)}.`) : "",
    );
  });
  return make(
    "section",
    { class: "causes" },
    make("h4", {}, "Causes, in the order of the prompt"),
    make("div", { class: "heads", "aria-hidden": "true" }, make("span", {}, "cause"), make("span", {}, `of ${count(pair.lost)} lost`), make("span", { class: "number" }, "lost alone"), make("span", { class: "number" }, "left after it")),
    make("ol", {}, rows),
    pair.more_causes ? make("p", { class: "note" }, `and ${count(pair.more_causes)} more: the json format has all of them`) : "",
  );
}

function causeName(code) {
  return make("span", { class: "code" }, code || "no rule");
}

function fallBar(from, to, whole) {
  const scale = WIDTH / (whole || 1);
  const width = Math.max(THINNEST, (from - to) * scale);
  return draw(
    "svg",
    { class: "fall", viewBox: `0 0 ${WIDTH} 10`, preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("rect", { class: "rest", x: 0, y: 4.5, width: WIDTH, height: 1 }),
    draw("rect", { class: "lost", x: Math.min(WIDTH - width, WIDTH - from * scale).toFixed(2), y: 0, width: width.toFixed(2), height: 10 }),
  );
}

function reuseTable(number, rows) {
  const priced = [
    ["seconds", (one) => (one.seconds === null ? "\u2013" : one.seconds.toFixed(2))],
    ["dollars", (one) => (one.dollars === null ? "\u2013" : `$${one.dollars.toFixed(4)}`)],
  ].filter(([name]) => rows.some((one) => one[name] !== null));
  const reused = (one) => (one.low === one.high ? count(one.low) : `${count(one.low)} to ${count(one.high)}`);
  const cells = rows.map((one) => [one.engine, one.model, count(one.common), reused(one), count(one.computed), ...priced.map(([, cell]) => cell(one)), one.note || ""]);
  const heads = ["engine", "model", "common", "reused", "computed", ...priced.map(([name]) => name), "why not more"];
  const rests = [...new Set(rows.map((one) => one.assumption).filter(Boolean))];
  return make(
    "section",
    { class: "reuse" },
    make("h4", {}, "What a server gives back of the second request"),
    table(`Reuse by engine of pair ${number}`, heads, cells, [0, 1, heads.length - 1]),
    rests.map((text) => make("p", { class: "note" }, `${text}.`)),
  );
}

function differences(pair) {
  const value = (name, text) => (text === null ? "" : make("code", { class: name }, text));
  return make(
    "section",
    { class: "differences" },
    make("h4", {}, `Different in the requests (${count(pair.differences.length + pair.more_differences)})`),
    make("ul", {}, pair.differences.map((one) => make("li", {}, make("span", { class: "kind" }, one.kind), make("code", {}, one.pointer || "(the whole request)"), make("div", {}, value("before", one.before), value("after", one.after))))),
    pair.more_differences ? make("p", { class: "note" }, `and ${count(pair.more_differences)} more: the json format has all of them`) : "",
  );
}

function listOf(heading, texts) {
  return make("section", { class: "limits" }, make("h4", {}, heading), make("ul", {}, texts.map((text) => make("li", {}, text))));
}

function pairFindings(number) {
  const found = report.findings.filter((one) => one.pair === number || one.also.includes(number));
  if (!found.length) return "";
  const link = (one) => make("li", {}, make("a", { href: `#finding-${one.id}` }, `${one.code} ${one.rule}`), ` ${one.message}`);
  return make("section", { class: "told" }, make("h4", {}, "Findings"), make("ul", {}, found.map(link)));
}

