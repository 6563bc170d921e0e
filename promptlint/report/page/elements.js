// Elements are made here and nowhere else. Data becomes text nodes: no text of a report is ever parsed as markup.
const report = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";

const parts = new Map();

// All of a pair: its row's numbers, and the rest from its part of the details, which is read when it is first needed.
function pairOf(number) {
  const at = Math.floor(number / report.pairs_in_part);
  if (!parts.has(at)) parts.set(at, JSON.parse(document.getElementById(`pairs-${at}`).textContent));
  return { ...report.pairs[number], ...parts.get(at)[number % report.pairs_in_part] };
}

// The details stand behind this script, so that the rows are there before the browser has read them.
function whenRead(action) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => action(), { once: true });
  else action();
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  for (const child of children.flat()) if (child !== null && child !== "") element.append(child);
  return element;
}

function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function button(attributes, onClick, ...children) {
  const made = make("button", { type: "button", ...attributes }, ...children);
  made.addEventListener("click", () => whenRead(onClick));
  return made;
}

// Not by toLocaleString: a third of the time until a long session was shown went there.
function count(number) {
  return number === null ? "\u2013" : String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

// A number of a row, with the word for it that only a screen reader needs: the column's head says it to the eye.
function cell(number, word, names = "") {
  const spoken = number === null ? "" : make("span", { class: "aloud" }, ` ${word}`);
  return make("span", { class: `number ${names}`.trim() }, count(number), spoken);
}

function plural(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

// Cut, not rounded: 100 % only where nothing is missing.
function percent(part, whole) {
  if (part === null || whole === null) return "\u2013";
  return whole === 0 || part === whole ? "100 %" : `${(Math.floor((part * 1000) / whole) / 10).toFixed(1)} %`;
}

function seconds(amount) {
  if (amount > 0 && amount < 0.01) return "<0.01 s";
  return `${amount.toFixed(amount < 10 ? 2 : 1)} s`;
}

// Only web addresses become links; anything else stays text.
function reference(text, url) {
  if (url === null || !/^https?:\/\//.test(url)) return make("span", {}, text);
  return make("a", { href: url, rel: "noopener noreferrer" }, text);
}

function table(caption, heads, rows, named) {
  const cell = (tag, text, at) => make(tag, named.includes(at) ? { class: "name" } : {}, text);
  return make(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    make(
      "table",
      {},
      make("thead", {}, make("tr", {}, heads.map((text, at) => fill(cell("th", text, at), { scope: "col" }, [])))),
      make("tbody", {}, rows.map((row) => make("tr", {}, row.map((text, at) => cell("td", text, at))))),
    ),
  );
}

