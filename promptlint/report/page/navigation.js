// Links into the page, the keys, and the start.
const KEYS = "promptlint-keys";

function remember(name) {
  history.replaceState(null, "", `#${name}`);
}

function follow() {
  const turn = /^#(.+)-turn-(\d+)$/.exec(location.hash);
  if (turn !== null) followTurn(turn[1], Number(turn[2]) - 1);
  const found = /^#(pair|request|finding|conversation)-(\d+)$/.exec(location.hash);
  if (found === null) return;
  const number = Number(found[2]);
  if (found[1] === "finding") showFinding(number);
  else if (found[1] === "conversation") showConversation(found[0].slice(1));
  else {
    const request = found[1] === "pair" ? (report.pairs[number] || {}).after : number;
    if (blockOfRequest.has(request)) showTurn(...blockOfRequest.get(request));
  }
}

function followTurn(id, at) {
  const state = blocks.find((one) => one.id === id);
  if (state !== undefined && at in state.turns) showTurn(state, at);
}

function showConversation(id) {
  const state = blocks.find((one) => one.id === id);
  if (state === undefined) return;
  if (!state.open) setOpen(state, true);
  state.element.scrollIntoView({ block: "start" });
  state.head.focus({ preventScroll: true });
}

// The next row of the same list: turns or findings; of the turns when none has the focus.
function moveFocus(step, wanted) {
  const current = document.activeElement.closest(".row");
  const home = current ? current.closest(".conversations, .findings") : document.querySelector(".conversations");
  const rows = [...home.querySelectorAll(".row")];
  const from = current ? rows.indexOf(current) : step > 0 ? -1 : rows.length;
  for (let at = from + step; at >= 0 && at < rows.length; at += step) {
    if (wanted && !rows[at].classList.contains("broken")) continue;
    rows[at].focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
    return true;
  }
  return false;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target === controls.search;
  const onRow = event.target.classList && event.target.classList.contains("row");
  if (event.key === "Escape" && typing) {
    clearFilters();
    controls.search.blur();
  } else if (onRow && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    if (moveFocus(event.key === "ArrowDown" ? 1 : -1, false)) event.preventDefault();
  } else if (!typing && controls.keys.checked) letterKey(event);
}

function letterKey(event) {
  const moves = { j: [1, false], k: [-1, false], n: [1, true], p: [-1, true] };
  if (event.key === "/") controls.search.focus();
  else if (!(event.key in moves) || !moveFocus(...moves[event.key])) return;
  event.preventDefault();
}

// Letters as keys can be in the way of who speaks to the machine: they can be switched off.
function startKeys() {
  controls.keys = make("input", { type: "checkbox", id: "keys" });
  controls.keys.checked = stored(KEYS) !== "off";
  controls.keys.addEventListener("change", () => store(KEYS, controls.keys.checked ? "on" : "off"));
  const key = (name, text) => make("span", {}, make("kbd", {}, name), ` ${text}`);
  document.querySelector("footer").prepend(
    make("p", { class: "keys" }, make("label", {}, controls.keys, " keys"), key("j k", "next, previous row"), key("n p", "next, previous broken turn"), key("/", "search"), key("Enter", "open")),
  );
  document.addEventListener("keydown", onKey);
}

function start() {
  const main = document.getElementById("content");
  startTheme();
  startConversations(main);
  startFindings(main);
  startInputs(main);
  startToolbar();
  startKeys();
  addEventListener("hashchange", follow);
  whenRead(follow);
}

start();
