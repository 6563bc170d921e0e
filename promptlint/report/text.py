"""What a person reads first: verdict, picture, numbers, place, findings, and how sure all of it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from promptlint.model import Pair, Report
from promptlint.report import PLAIN, View
from promptlint.report.certainty import tokenizer_lines
from promptlint.report.finding_block import count_line, finding_blocks, findings_by_file, suppressed_lines
from promptlint.report.pair_block import pair_lines, verdict
from promptlint.report.place import request_of
from promptlint.report.plural import plural
from promptlint.report.price_lines import seconds
from promptlint.report.session_table import session_lines
from promptlint.report.skipped import skipped_lines
from promptlint.report.text_block import INDENT, folded, wrapped
from promptlint.report.totals import lost_tokens
from promptlint.terminal import Terminal, harmless


def write(report: Report, stream: TextIO, view: View = PLAIN) -> None:
    """Write the whole text at once."""
    stream.write(harmless("\n".join(_lines(report, view)) + "\n"))


def _lines(report: Report, view: View) -> Iterator[str]:
    yield from _checked(report, view) if report.command == "check" else _compared(report, view)
    yield ""
    yield from suppressed_lines(report, view)
    for use in dict.fromkeys(summary.tokenizer for summary in report.requests):
        yield from tokenizer_lines(use, view)
    yield count_line(report)


def _compared(report: Report, view: View) -> Iterator[str]:
    """How each pair went, and all findings below."""
    for pair in report.pairs:
        yield from pair_lines(report, pair, view)
    yield from finding_blocks(report.active, view)


def _checked(report: Report, view: View) -> Iterator[str]:
    """The findings, file by file as they come, then how the pairs went."""
    terminal = view.terminal
    yield from findings_by_file(report.active, view)
    yield from session_lines(report, view)
    broken = [pair for pair in report.pairs if pair.status == "broken"]
    for pair in broken if view.detail == "verbose" else ():
        yield from _broken(report, pair, terminal)
    yield from wrapped(_sum(report, len(broken)), terminal, indent="")
    if report.cost.assumption is not None:
        yield from wrapped(f"Seconds: {report.cost.assumption}.", terminal)
    if view.detail != "quiet":
        yield from skipped_lines(report, view)
    if report.passed_over:
        yield from wrapped(f"{plural(report.passed_over, 'other file')} passed over: no captures.", terminal, indent="")


def _broken(report: Report, pair: Pair, terminal: Terminal) -> Iterator[str]:
    """A broken pair in a sentence, and the names of its requests below."""
    yield from folded(verdict(pair, terminal), terminal, first="")
    for name, number in (("before", pair.before), ("after", pair.after)):
        start = f"{INDENT}{name:<6}  "
        yield start + request_of(report.requests[number].request, terminal.width - len(start), terminal)


def _sum(report: Report, broken: int) -> str:
    files = len([one for one in report.inputs if one.requests])
    parts = [plural(files, "file"), plural(len(report.requests), "request"), plural(len(report.pairs), "pair")]
    again = "" if report.cost.seconds is None else f", {seconds(report.cost.seconds)} s to compute again"
    return f"{', '.join(parts)}, {broken:,} broken; {lost_tokens(report):,} tokens lost{again}."
