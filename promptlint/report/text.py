"""What a person reads first: verdict, picture, numbers, place, findings, and how sure all of it is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TextIO

from promptlint.engine import HOSTED
from promptlint.model import Difference, Divergence, Finding, Pair, Report, RequestSummary, Severity, Side, TokenizerUse
from promptlint.report import PLAIN, View
from promptlint.report.causes import cause_lines
from promptlint.report.concise import position
from promptlint.report.frame import ellipsis_of, frame, left_width
from promptlint.report.picture import bar, legend, stretches
from promptlint.report.price_lines import lost_lines, seconds
from promptlint.report.regions import REGIONS
from promptlint.report.reuse_table import reuse_lines
from promptlint.report.session_table import session_lines
from promptlint.report.skipped import skipped_lines
from promptlint.report.text_block import INDENT, wrapped
from promptlint.report.totals import lost_tokens
from promptlint.terminal import Terminal, columns, cut, harmless, safe

SEVERITY_STYLES: dict[Severity, str] = {"error": "red", "warning": "yellow", "info": "cyan"}
LONGEST_TOKEN = 24  # columns
MOST_DIFFERENCES = 8  # shown; --verbose and json have all


def write(report: Report, stream: TextIO, view: View = PLAIN) -> None:
    """Write the whole text at once."""
    stream.write(harmless("\n".join(_lines(report, view)) + "\n"))


def _lines(report: Report, view: View) -> Iterator[str]:
    if report.command == "check":
        yield from _files(report, view)
    else:
        for pair in report.pairs:
            yield verdict(pair, view.terminal)
            if view.detail != "quiet":
                yield from _pair(report, pair, view)
        for finding in report.active:
            yield ""
            yield from finding_lines(finding, view)
    yield ""
    yield from _tokenizers(report, view)
    yield _count(report)


def _files(report: Report, view: View) -> Iterator[str]:
    """The findings, file by file as they come, then how the pairs went."""
    path = None
    inner = replace(view, terminal=replace(view.terminal, width=view.terminal.width - len(INDENT)))
    for finding in report.active:
        if finding.place.path != path:
            yield from () if path is None else ("",)
            path = finding.place.path
            yield view.terminal.style(safe(path), "bold")
        yield from (INDENT + line for line in finding_lines(finding, inner, with_path=False))
    if path is not None:
        yield ""
    yield from session_lines(report, view)
    broken = [pair for pair in report.pairs if pair.status == "broken"]
    for pair in broken if view.detail == "verbose" else ():
        sides = " → ".join(_named(report.requests[number]) for number in (pair.before, pair.after))
        yield f"{verdict(pair, view.terminal)}  {sides}"
    files = len([one for one in report.inputs if one.requests])
    parts = [_plural(files, "file"), _plural(len(report.requests), "request"), _plural(len(report.pairs), "pair")]
    again = "" if report.cost.seconds is None else f", {seconds(report.cost.seconds)} s to compute again"
    yield f"{', '.join(parts)}, {len(broken)} broken; {lost_tokens(report):,} tokens lost{again}."
    if report.cost.assumption is not None:
        yield from wrapped(f"Seconds: {report.cost.assumption}.", view.terminal)
    if view.detail != "quiet":
        yield from skipped_lines(report, view)
    if report.passed_over:
        yield f"{_plural(report.passed_over, 'other file')} passed over: no captures."


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def verdict(pair: Pair, terminal: Terminal) -> str:
    """The one line that says how it went."""
    before, common, lost = pair.before_tokens, pair.common_prefix_tokens, pair.lost_tokens
    if pair.status is None or before is None or common is None or lost is None:
        return terminal.style("not compared: the chat template refuses a request", "bold", "red")
    if pair.status == "identical":
        return terminal.style("identical", "bold", "green") + f": both prompts are the same {before:,} tokens"
    kept = f"{common:,} of {before:,} tokens are a common prefix"
    if pair.status == "extension":
        forgiven = "" if common == before else "; the rest is the generation prompt"
        return terminal.style("extension", "bold", "green") + f": {kept}{forgiven}"
    return terminal.style(pair.status, "bold", "red") + f": {kept}; {lost:,} lost"


def _pair(report: Report, pair: Pair, view: View) -> Iterator[str]:
    yield ""
    yield from _numbers(report, pair, view.terminal)
    if not pair.reuse:
        yield from lost_lines(pair.lost_tokens, pair.cost, view.terminal)
    if pair.divergence is not None:
        yield ""
        yield from _place(pair.divergence, view.terminal)
    if pair.causes:
        yield ""
        yield from cause_lines(pair.causes, view.terminal)
    if pair.status == "broken" and pair.json == "extension":
        yield ""
        yield "The requests only grew: the chat template itself rewrote the earlier turns."
    if pair.differences:
        yield ""
        yield from _differences(pair.differences, view)
    if pair.reuse:
        yield ""
        yield from reuse_lines(pair, view)
    if pair.limits:
        yield ""
        yield "Not modelled, so the numbers can be off:"
        for limit in pair.limits:
            yield from wrapped(limit, view.terminal)


def _numbers(report: Report, pair: Pair, terminal: Terminal) -> Iterator[str]:
    before, after = report.requests[pair.before], report.requests[pair.after]
    old, new, common, lost = pair.before_tokens, pair.after_tokens, pair.common_prefix_tokens, pair.lost_tokens
    width = max(len(_number(count)) for count in (old, new, common))
    if old is not None and new is not None and common is not None and lost is not None:
        parts = stretches(old, new, common, lost)
        yield INDENT + bar(parts, terminal.width - 2 * len(INDENT), terminal)
        yield INDENT + legend(parts, terminal)
        yield ""
    yield f"{INDENT}before  {_number(old):>{width}} tokens  {_named(before)}"
    yield f"{INDENT}after   {_number(new):>{width}} tokens  {_named(after)}"
    if common is not None and old is not None and new is not None:
        shares = f"kept {_percent(common, old)} of before, similarity {_percent(common, new)} of after"
        yield f"{INDENT}common  {_number(common):>{width}} tokens  {shares}"


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def _named(summary: RequestSummary) -> str:
    request = summary.request
    container = f" {request.container}" if request.container else ""
    return safe(f"{request.path}{container}")


def _percent(part: int, whole: int) -> str:
    """Cut, not rounded: 100 % only where nothing is missing, 0 % only where there is nothing."""
    if part == whole:
        return "100 %"
    thousandths = part * 100_000 // whole
    if thousandths < 10:
        return "<0.01 %" if part else "0 %"
    return f"{thousandths // 10 / 100:.2f} %" if thousandths < 1000 else f"{thousandths // 100 / 10:.1f} %"


def _place(divergence: Divergence, terminal: Terminal) -> Iterator[str]:
    old, new = _token(divergence.before, terminal), _token(divergence.after, terminal)
    yield f"The prefix ends {REGIONS[divergence.region]}, at token {divergence.token:,}: {old} before, {new} after."
    if not divergence.exact:
        yield "The places are the nearest ones that could be found."
    yield ""
    gutter = INDENT + ("│ " if terminal.unicode else "| ")
    width = terminal.width - columns(gutter)
    left = left_width((divergence.before, divergence.after), width)
    for name, side, style in (("before", divergence.before, "red"), ("after ", divergence.after, "green")):
        pointer = safe(side.place.pointer) or "(the whole request)"
        yield f"{INDENT}{name}  {terminal.style(position(side.place), 'bold')}  {pointer}"
        yield from ((gutter + line).rstrip() for line in frame(side, width, left, terminal, style))


def _token(side: Side, terminal: Terminal) -> str:
    return f'"{cut(side.token_text, LONGEST_TOKEN, ellipsis_of(terminal))}"' if side.token_text else "the end"


def _differences(differences: tuple[Difference, ...], view: View) -> Iterator[str]:
    shown = differences if view.detail == "verbose" else differences[:MOST_DIFFERENCES]
    yield f"Different in the requests ({len(differences)}):"
    for difference in shown:
        yield from _difference(difference, view.terminal)
    if len(shown) < len(differences):
        yield f"{INDENT}and {len(differences) - len(shown)} more: --verbose shows all"


def _difference(difference: Difference, terminal: Terminal) -> Iterator[str]:
    pointer = safe(difference.pointer) or "(the whole request)"
    yield f"{INDENT}{difference.kind:<9}  {pointer}"
    room = terminal.width - len(INDENT) - 4
    ellipsis = ellipsis_of(terminal)
    if difference.kind != "added":
        yield f"{INDENT}  - {terminal.style(cut(_value(difference.before), room, ellipsis), 'red')}"
    if difference.kind != "removed":
        yield f"{INDENT}  + {terminal.style(cut(_value(difference.after), room, ellipsis), 'green')}"


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def finding_lines(finding: Finding, view: View, *, with_path: bool = True) -> Iterator[str]:
    """A finding as a person reads it: what, where, what it costs, what to do, and where it was first reported."""
    severity = view.terminal.style(finding.severity, "bold", SEVERITY_STYLES[finding.severity])
    where = position(finding.place) if with_path else _line_and_column(finding)
    yield f"{finding.code} {finding.rule}  {severity}  {where}".rstrip()
    yield from wrapped(finding.message, view.terminal)
    if view.detail == "quiet":
        return
    if finding.lost_tokens:
        yield f"{INDENT}costs {_plural(finding.lost_tokens, 'token')}"
    if finding.related is not None:
        yield f"{INDENT}before: {position(finding.related)}"
    if finding.hint:
        yield from wrapped(f"hint: {finding.hint}", view.terminal)
    if finding.url:
        yield f"{INDENT}see {safe(finding.url)}"


def _line_and_column(finding: Finding) -> str:
    place = finding.place
    return ":".join(str(part) for part in (place.line, place.column) if part is not None) or safe(place.pointer)


def _tokenizers(report: Report, view: View) -> Iterator[str]:
    """How sure the numbers are: never left out."""
    for use in dict.fromkeys(summary.tokenizer for summary in report.requests):
        yield from tokenizer_lines(use, view)


def tokenizer_lines(use: TokenizerUse, view: View) -> Iterator[str]:
    """Which tokenizer and which serving profile, and whether they are the model's own."""
    terminal = view.terminal
    sure = terminal.style("exact", "green") if use.exact else terminal.style("an approximation", "yellow")
    yield f"Tokenizer {safe(use.reference)}, profile {use.profile}: {sure}."
    if use.reference == "builtin" and use.profile not in HOSTED and view.detail != "quiet":
        yield f"{INDENT}exact with the model's own files: --model"
    for note in use.notes if view.detail != "quiet" else ():
        yield from wrapped(note, terminal)


def _count(report: Report) -> str:
    severities = Counter(finding.severity for finding in report.active)
    named = [_plural(severities[name], name) for name in SEVERITY_STYLES if severities[name]]
    suppressed = len(report.findings) - len(report.active)
    known = [f"{suppressed:,} suppressed"] if suppressed else []
    return ", ".join(named + known) if named or known else "No findings."
