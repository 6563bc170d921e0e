// The files that were read, and what in them is no request.
function startInputs(main) {
  const skipped = (one) => (one.skipped.length ? make("ul", { class: "skipped" }, one.skipped.map((text) => make("li", {}, text)), one.more_skipped ? make("li", {}, `and ${count(one.more_skipped)} more`) : "") : "");
  const rows = report.inputs.map((one) => make("li", {}, make("code", {}, one.path), make("span", { class: "about" }, ` ${one.format}, ${plural(one.requests, "request")}`), skipped(one)));
  const section = make("section", { class: "inputs", "aria-labelledby": "files" }, make("h2", { id: "files" }, "Files"), make("ul", {}, rows));
  if (report.left_out.inputs) section.append(make("p", { class: "note" }, `and ${plural(report.left_out.inputs, "file")} more`));
  if (report.passed_over) section.append(make("p", { class: "note" }, `${plural(report.passed_over, "other file")} passed over: no captures.`));
  main.append(section);
}

