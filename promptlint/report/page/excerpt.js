// Two prompts at their divergence, side by side, with what differs marked.
function words(text) {
  return text.match(/[\p{L}\p{N}_]+|\s|[^\p{L}\p{N}_\s]/gu) || [];
}

// Which words of `left` and `right` stand in their longest common subsequence.
function inCommon(left, right) {
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      lengths[i][j] = left[i] === right[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
  const kept = [left.map(() => false), right.map(() => false)];
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    if (left[i] === right[j]) kept[0][i++] = kept[1][j++] = true;
    else if (lengths[i + 1][j] >= lengths[i][j + 1]) i++;
    else j++;
  }
  return kept;
}

// Line ends and tabs can be seen, and still do what they do.
function visible(text) {
  return text.split(/([\n\t])/).map((part) => {
    if (part !== "\n" && part !== "\t") return part;
    return make("span", { class: "blank" }, part === "\n" ? "\u21b5\n" : "\u2192\t");
  });
}

// Where both excerpts were cut, a surplus at the end of one of them is an accident of the cut, and no difference.
function withoutSurplus(divergence, common) {
  if (!divergence.before.goes_on || !divergence.after.goes_on) return common;
  const ends = common.map((one) => one.lastIndexOf(true));
  const isSurplus = common.some((one, at) => one.length && ends[at] === one.length - 1);
  return isSurplus ? common.map((one, at) => one.map((kept, word) => kept || word > ends[at])) : common;
}

function marked(pieces, common) {
  const runs = [];
  pieces.forEach((piece, at) => {
    const last = runs[runs.length - 1];
    if (last && last.common === common[at]) last.text += piece;
    else runs.push({ text: piece, common: common[at] });
  });
  return runs.map((run) => (run.common ? make("span", {}, visible(run.text)) : make("mark", {}, visible(run.text))));
}

function side(name, number, found, pieces, common) {
  const rest = pieces.length ? marked(pieces, common) : make("span", { class: "end" }, "(the prompt ends here)");
  const label = `Prompt ${name} of pair ${number}`;
  return make(
    "section",
    { class: `side ${name}` },
    make("h5", {}, make("span", { class: "which" }, name), make("code", {}, found.position), " ", make("code", { class: "pointer" }, found.pointer || "(the whole request)")),
    make(
      "pre",
      { dir: "ltr", tabindex: "0", role: "region", "aria-label": label },
      make("span", { class: "same" }, visible(found.same)),
      make("span", { class: "caret", title: "here the prompts part" }),
      rest,
      found.goes_on ? make("span", { class: "end" }, "\u2026") : "",
    ),
  );
}

function excerpts(number, pair) {
  const divergence = pair.divergence;
  const [left, right] = [words(divergence.before.text), words(divergence.after.text)];
  const common = withoutSurplus(divergence, inCommon(left, right));
  const spoken = (one) => (one.token ? `\u201c${one.token}\u201d` : "the end");
  return make(
    "section",
    { class: "divergence" },
    make("h4", {}, "Where the prompts part"),
    make(
      "p",
      {},
      "The prefix ends ",
      make("b", { class: "region" }, report.regions[pair.region]),
      `, at token ${count(divergence.token)}: `,
      make("code", { class: "before" }, spoken(divergence.before)),
      " before, ",
      make("code", { class: "after" }, spoken(divergence.after)),
      " after.",
      divergence.exact ? "" : " The places are the nearest ones that could be found.",
    ),
    make(
      "div",
      { class: "sides" },
      side("before", number, divergence.before, left, common[0]),
      side("after", number, divergence.after, right, common[1]),
    ),
  );
}

