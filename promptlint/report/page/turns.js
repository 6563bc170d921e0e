// The conversations: columns of all turns, and a row a turn, whose details are built when it is opened.
const SOURCES = { explicit: "given", names: "by the files' names", id: "by session id", history: "by their messages" };
const OPEN_AT_FIRST = 5; // conversations, those that lost most
const ROWS_AT_FIRST = 100; // of a conversation: more than a screen holds
const MORE_ROWS = 400;
const FOLD_ABOVE = 40; // turns; in longer conversations runs of turns that lost nothing are folded
const LONGEST_RUN = 6;
const blocks = [];
const blockOfRequest = new Map();

function startConversations(main) {
  const lost = report.conversations.map((one) => one.turns.reduce((sum, turn) => sum + (turn.lost || 0), 0));
  const several = report.conversations.map((_, at) => at).filter((at) => report.conversations[at].turns.length > 1);
  const first = new Set([...several].sort((a, b) => lost[b] - lost[a] || a - b).slice(0, OPEN_AT_FIRST));
  const alone = report.conversations.filter((one) => one.turns.length === 1).flatMap((one) => one.turns);
  const section = make("section", { class: "conversations", "aria-labelledby": "turns" }, make("div", { class: "titled" }, make("h2", { id: "turns" }, "Turns"), legend({ reused: null, lost: null, new: null })));
  main.append(section);
  const titles = titlesOf(several);
  several.forEach((at, nth) => section.append(block(titles[nth], report.conversations[at].turns, lost[at], first.has(at), SOURCES[report.conversations[at].source], `conversation-${at}`)));
  if (alone.length) section.append(block(several.length ? "Requests that continue no other" : "Requests", alone, 0, !several.length, null, "alone"));
  if (!report.requests.length) section.append(make("p", { class: "note" }, "No request was found."));
  if (report.command === "diff" && report.pairs.length === 1) whenRead(() => openThePair(report.pairs[0].after));
}

function openThePair(request) {
  const [state, at] = blockOfRequest.get(request);
  if (state.rows.has(at)) openTurn(state, at);
}

// By the file that all of a conversation stands in, without the folder that all such files have in common.
function titlesOf(several) {
  const files = several.map((at) => {
    const paths = new Set(report.conversations[at].turns.map((turn) => report.requests[turn.request].path));
    return paths.size === 1 ? [...paths][0] : null;
  });
  const shared = sharedFolders(files.filter((path) => path !== null));
  const other = report.command === "diff" ? "Pair" : "Conversation";
  return several.map((at, nth) => {
    const same = files.map((path, other) => (path === files[nth] ? other : -1)).filter((other) => other >= 0);
    const which = same.length > 1 ? ` (${same.indexOf(nth) + 1} of ${same.length})` : "";
    if (files[nth] !== null) return files[nth].split("/").slice(shared).join("/") + which;
    return several.length === 1 ? other : `${other} ${at + 1}`;
  });
}

// How many folders at their beginning all paths have in common; of one path alone none is left out.
function sharedFolders(paths) {
  const folders = [...new Set(paths)].map((path) => path.split("/").slice(0, -1));
  if (folders.length < 2) return 0;
  let shared = folders[0].length;
  for (const folder of folders) while (folder.slice(0, shared).join("/") !== folders[0].slice(0, shared).join("/")) shared--;
  return shared;
}

function block(title, turns, lost, open, source, id) {
  const state = { turns, limit: ROWS_AT_FIRST, unfolded: new Set(), opened: new Set(), rows: new Map(), open, id, found: null };
  state.names = shortNames(turns);
  state.scale = Math.max(1, ...turns.map((turn) => total(partsOf(turn))));
  state.observed = turns.some((turn) => report.requests[turn.request].observed !== null);
  state.said = make("span", { class: "matches" });
  state.body = make("div", { class: "body" });
  state.head = button({ class: "fold", "aria-expanded": String(open) }, () => setOpen(state, !state.open), make("span", { class: "title" }, title));
  const about = [plural(turns.length, "turn"), source, lost ? `${count(lost)} tokens lost` : "nothing lost"].filter(Boolean);
  state.element = make("section", { class: "conversation", id }, make("header", {}, make("h3", {}, state.head), make("p", { class: "about" }, about.join(" \u00b7 "), state.said)), state.body);
  turns.forEach((turn, at) => {
    if (!blockOfRequest.has(turn.request)) blockOfRequest.set(turn.request, [state, at]);
  });
  blocks.push(state);
  if (open) build(state);
  return state.element;
}

function setOpen(state, open) {
  state.open = open;
  state.head.setAttribute("aria-expanded", String(open));
  build(state);
}

// The names without the folder that all of them stand in; those of one file by their number in it.
function shortNames(turns) {
  const requests = turns.map((turn) => report.requests[turn.request]);
  if (requests.length > 1 && new Set(requests.map((one) => one.path)).size === 1) return requests.map((one) => one.name.slice(one.path.length) || one.name);
  const shared = sharedFolders(requests.map((one) => one.path));
  return requests.map((one) => one.name.split("/").slice(shared).join("/"));
}

function build(state) {
  state.body.replaceChildren();
  if (!state.open) return;
  if (state.turns.length >= FEWEST_COLUMNS) state.body.append(columns(state.turns, (at) => showTurn(state, at)));
  const heads = ["turn", "request", "", "tokens", "reused", "lost", ...(state.observed ? ["observed"] : []), "why"];
  const classes = ["turn", "name", "strip", "number", "number", "number", ...(state.observed ? ["number"] : []), "why"];
  const oneFile = new Set(state.turns.map((turn) => report.requests[turn.request].path)).size === 1;
  const names = `${state.observed ? " observed" : ""}${oneFile && state.turns.length > 1 ? " numbered" : ""}`;
  state.list = make("ol", { class: `rows${names}` });
  const head = make("div", { class: `heads rowlike${names}`, "aria-hidden": "true" }, heads.map((text, at) => make("span", { class: classes[at] }, text)));
  state.body.append(head, state.list);
  fillRows(state);
}

function fillRows(state) {
  const entries = entriesOf(state);
  const shown = entries.slice(0, state.limit);
  state.rows.clear();
  state.list.replaceChildren(...shown.map((entry) => (entry.length > 1 ? foldedRow(state, entry) : turnRow(state, entry[0]))));
  if (shown.length < entries.length) {
    const more = () => {
      state.limit += MORE_ROWS;
      fillRows(state);
      state.list.children[shown.length].querySelector("button").focus();
    };
    state.list.append(make("li", {}, button({ class: "row more" }, more, `Show more: ${count(entries.length - shown.length)} rows are left`)));
  }
}

// A list of turns for each row: one, or a run of those that lost nothing.
function entriesOf(state) {
  const numbers = state.found === null ? state.turns.map((_, at) => at) : state.found;
  if (state.found !== null || state.turns.length <= FOLD_ABOVE) return numbers.map((at) => [at]);
  const entries = [];
  let run = [];
  const close = () => {
    if (run.length >= LONGEST_RUN) entries.push(run);
    else entries.push(...run.map((at) => [at]));
    run = [];
  };
  for (const at of numbers) {
    const turn = state.turns[at];
    const quiet = turn.lost === 0 && at < numbers.length - 1 && !state.unfolded.has(at) && !state.opened.has(at);
    if (!quiet) close();
    if (quiet) run.push(at);
    else entries.push([at]);
  }
  close();
  return entries;
}

function foldedRow(state, run) {
  const unfold = () => {
    for (const at of run) state.unfolded.add(at);
    fillRows(state);
    focusTurn(state, run[0]);
  };
  const text = `${count(run.length)} turns that lost nothing`;
  const range = `${count(run[0] + 1)}\u2013${count(run[run.length - 1] + 1)}`;
  return make("li", {}, button({ class: "row folded", "aria-expanded": "false" }, unfold, make("span", {}, `${text} (${range})`)));
}

function turnRow(state, at) {
  const turn = state.turns[at];
  const request = report.requests[turn.request];
  const isOpen = state.opened.has(at);
  const why = whyOf(turn);
  const row = button(
    { class: `row rowlike${turn.lost ? " broken" : ""}`, "aria-expanded": String(isOpen) },
    () => toggleTurn(state, at),
    make("span", { class: "turn" }, make("span", { class: "aloud" }, "turn "), count(at + 1)),
    make("span", { class: "name", title: request.name }, make("bdi", {}, state.names[at])),
    strip(partsOf(turn), state.scale),
    cell(turn.tokens, "tokens"),
    cell(turn.kept, "reused"),
    cell(turn.lost, "lost", turn.lost ? "lost" : ""),
    state.observed ? cell(request.observed, "observed") : "",
    make("span", { class: "why", title: why }, why),
  );
  const item = make("li", { id: idOf(state, at) }, row);
  state.rows.set(at, row);
  if (isOpen) item.append(turnDetail(state, at));
  return item;
}

// A request can be in several conversations: links to the request lead to the first of them.
function idOf(state, at) {
  const [first, position] = blockOfRequest.get(state.turns[at].request);
  return first === state && position === at ? `request-${state.turns[at].request}` : `${state.id}-turn-${at + 1}`;
}

function whyOf(turn) {
  if (!turn.lost) return turn.pairs.some((number) => report.pairs[number].status === null) ? "refused" : "";
  if (turn.cause) return turn.by === null ? turn.cause : `${turn.cause}, by ${report.requests[turn.by].name}`;
  const pair = turn.pairs.length ? report.pairs[turn.pairs[0]] : null;
  return pair && pair.region ? report.regions[pair.region] : "";
}

function turnDetail(state, at) {
  const turn = state.turns[at];
  const request = report.requests[turn.request];
  const use = report.tokenizers[request.tokenizer];
  const line = request.line === null ? "" : `:${request.line}`;
  const about = [
    `${request.path}${line}${request.container ? ` ${request.container}` : ""}`,
    `${request.format}, ${request.dialect}`,
    request.model === null ? "no model named" : `model ${request.model}`,
    `tokenizer ${use.reference}, ${use.exact ? "exact" : "approximate"}`,
    ...(request.observed === null ? [] : [`${plural(request.observed, "cached token")} observed`]),
  ];
  const told = report.findings.filter((one) => one.request === turn.request && one.pair === null);
  return make(
    "div",
    { class: "detail" },
    make("p", { class: "request" }, about.join(" \u00b7 "), permalink(idOf(state, at))),
    turn.pairs.map(pairDetail),
    turn.pairs.length ? "" : make("p", { class: "note" }, "It continues no earlier request."),
    told.length ? listOfFindings(told) : "",
  );
}

function listOfFindings(told) {
  return make("section", { class: "told" }, make("h4", {}, "Findings of this request"), make("ul", {}, told.map((one) => make("li", {}, make("a", { href: `#finding-${one.id}` }, `${one.code} ${one.rule}`), ` ${one.message}`))));
}

function toggleTurn(state, at) {
  if (!state.opened.delete(at)) {
    openTurn(state, at);
    remember(addressOf(state, at));
    return;
  }
  const row = state.rows.get(at);
  row.setAttribute("aria-expanded", "false");
  row.nextSibling.remove();
}

function addressOf(state, at) {
  const [id, pairs] = [idOf(state, at), state.turns[at].pairs];
  return id.startsWith("request-") && pairs.length ? `pair-${pairs[0]}` : id;
}

function openTurn(state, at) {
  const row = state.rows.get(at);
  state.opened.add(at);
  row.setAttribute("aria-expanded", "true");
  row.after(turnDetail(state, at));
}

// Opens whatever hides a turn, and the turn itself.
function showTurn(state, at) {
  state.opened.add(at);
  if (state.found !== null && !state.found.includes(at)) clearFilters();
  if (!state.open) setOpen(state, true);
  const position = entriesOf(state).findIndex((entry) => entry.includes(at));
  state.limit = Math.max(state.limit, position + 1);
  fillRows(state);
  focusTurn(state, at);
}

function focusTurn(state, at) {
  const row = state.rows.get(at);
  row.scrollIntoView({ block: "start" });
  row.focus({ preventScroll: true });
}

// What a search looks through, made when somebody searches first.
function textOfTurn(turn) {
  if (turn.text === undefined) {
    const request = report.requests[turn.request];
    const told = turn.pairs.map(pairOf).flatMap(({ region, ...pair }) => [...stringsIn(pair), report.regions[region]]);
    turn.text = [request.name, request.container, request.model, request.dialect, whyOf(turn), ...told].join("\n").toLowerCase();
  }
  return turn.text;
}

// The texts of a value without its keys, which are ours.
function stringsIn(value) {
  if (typeof value === "string") return [value];
  return value === null || typeof value !== "object" ? [] : Object.values(value).flatMap(stringsIn);
}

function filterTurns(query, brokenOnly) {
  let matching = 0;
  let opened = 0;
  for (const state of blocks) {
    const filtered = query !== "" || brokenOnly;
    const fits = (turn) => (!brokenOnly || turn.lost > 0) && (query === "" || query.split(" ").every((word) => textOfTurn(turn).includes(word)));
    state.found = filtered ? state.turns.map((_, at) => at).filter((at) => fits(state.turns[at])) : null;
    state.limit = ROWS_AT_FIRST;
    state.element.hidden = filtered && !state.found.length;
    state.said.textContent = filtered ? ` \u00b7 ${count(state.found.length)} shown` : "";
    matching += (state.found || state.turns).length;
    if (query !== "" && !state.open && state.found.length && opened < OPEN_AT_FIRST) setOpen(state, true);
    else if (state.open) fillRows(state);
    if (state.open && !state.element.hidden) opened++;
  }
  return matching;
}

