// Strips of a turn (reused, lost, new), and the columns of a whole conversation, as few and plain shapes.
const WIDTH = 1000;
const THINNEST = 4; // of WIDTH: what is there at all can be seen
const FEWEST_COLUMNS = 12; // turns; a shorter conversation is seen whole in its rows
const HEIGHT = 100;

function partsOf(turn) {
  const kept = turn.kept || 0;
  const lost = turn.lost || 0;
  return { reused: kept, lost, new: Math.max(0, (turn.tokens || 0) - kept - lost) };
}

function total(parts) {
  return parts.reused + parts.lost + parts.new;
}

function strip(parts, scale) {
  const drawn = draw("svg", { class: "strip", viewBox: `0 0 ${WIDTH} 10`, preserveAspectRatio: "none", "aria-hidden": "true" });
  let x = 0;
  for (const [name, tokens] of Object.entries(parts)) {
    if (!tokens) continue;
    const width = Math.max(THINNEST, (tokens * WIDTH) / (scale || 1));
    drawn.append(draw("rect", { class: name, x: x.toFixed(2), y: 0, width: width.toFixed(2), height: 10 }));
    x += width;
  }
  return drawn;
}

function legend(parts) {
  return make(
    "p",
    { class: "legend" },
    Object.entries(parts)
      .filter(([, tokens]) => tokens !== 0)
      .map(([name, tokens]) => make("span", { class: name }, tokens === null ? "" : make("b", {}, `${count(tokens)} `), name)),
  );
}

// One path for each kind, so that thousands of turns are three shapes.
function columns(turns, onTurn) {
  const parts = turns.map(partsOf);
  const top = Math.max(1, ...parts.map(total));
  const paths = { reused: "", lost: "", new: "" };
  parts.forEach((one, at) => {
    let y = HEIGHT;
    for (const [name, tokens] of Object.entries(one)) {
      const height = (tokens * HEIGHT) / top;
      if (tokens) paths[name] += `M${at} ${y.toFixed(2)}h1v${(-height).toFixed(2)}h-1z`;
      y -= height;
    }
  });
  const shapes = Object.entries(paths).map(([name, d]) => draw("path", { class: name, d }));
  const marker = draw("line", { class: "marker", x1: -1, x2: -1, y1: 0, y2: HEIGHT });
  const picture = draw(
    "svg",
    { viewBox: `0 0 ${turns.length} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    ...shapes,
    marker,
  );
  const said = make("p", { class: "reading", "aria-hidden": "true" }, "\u00a0");
  const turnAt = (event) => {
    const box = picture.getBoundingClientRect();
    return Math.min(turns.length - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * turns.length)));
  };
  picture.addEventListener("pointermove", (event) => {
    const at = turnAt(event);
    fill(marker, { x1: at + 0.5, x2: at + 0.5 }, []);
    said.textContent = reading(turns[at], at);
  });
  picture.addEventListener("pointerleave", () => {
    fill(marker, { x1: -1, x2: -1 }, []);
    said.textContent = "\u00a0";
  });
  picture.addEventListener("click", (event) => {
    const at = turnAt(event);
    whenRead(() => onTurn(at));
  });
  return make(
    "figure",
    { class: "columns" },
    make("div", { class: "plot" }, make("span", { class: "top" }, `${count(top)} tokens`), picture),
    make("div", { class: "axis" }, make("span", {}, "turn 1"), said, make("span", {}, `turn ${count(turns.length)}`)),
  );
}

function reading(turn, at) {
  const lost = turn.lost ? `, ${count(turn.lost)} lost${turn.cause ? ` (${turn.cause})` : ""}` : "";
  return `turn ${count(at + 1)}: ${count(turn.tokens)} tokens, ${count(turn.kept)} reused${lost}`;
}

