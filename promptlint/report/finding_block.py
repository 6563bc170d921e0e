"""Findings as a person reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from promptlint.model import Finding, Report, Severity
from promptlint.report import View
from promptlint.report.place import file_of, position_of
from promptlint.report.plural import plural
from promptlint.report.text_block import GAP, INDENT, beside, wrapped
from promptlint.terminal import Terminal

STYLES: dict[Severity, str] = {"error": "red", "warning": "yellow", "info": "cyan"}


def finding_blocks(findings: Sequence[Finding], view: View) -> Iterator[str]:
    """Each finding with its place."""
    for finding, advised in zip(findings, _advised(findings, view), strict=True):
        yield ""
        where = position_of(finding.place, view.terminal.width - len(INDENT), view.terminal)
        yield from _block(finding, where, view, advised)


def findings_by_file(findings: Sequence[Finding], view: View) -> Iterator[str]:
    """The findings below the name of their file, in the order in which they come."""
    terminal = view.terminal
    inner = replace(view, terminal=replace(terminal, width=terminal.width - len(INDENT)))
    path = None
    for finding, advised in zip(findings, _advised(findings, view), strict=True):
        if finding.place.path != path:
            yield from () if path is None else ("",)
            path = finding.place.path
            yield terminal.style(file_of(path, terminal.width, terminal), "bold")
        where = _line_and_column(finding, inner.terminal)
        yield from (INDENT + line for line in _block(finding, where, inner, advised))
    if path is not None:
        yield ""


def suppressed_lines(report: Report, view: View) -> Iterator[str]:
    """What is known already and does not count, and why."""
    terminal = view.terminal
    known = [(finding, finding.suppressed) for finding in report.findings if finding.suppressed is not None]
    if not known or view.detail != "verbose":
        return
    yield "Suppressed:"
    for finding, why in known:
        where = position_of(finding.place, terminal.width - 2 * len(INDENT), terminal)
        yield from beside([_code(finding, terminal), where], terminal, INDENT, 2 * INDENT)
        yield from wrapped(f"by the {why.by}: {why.reason}", terminal, indent=2 * INDENT)
    yield ""


def count_line(report: Report) -> str:
    """How many of each severity."""
    severities = Counter(finding.severity for finding in report.active)
    named = [plural(severities[name], name) for name in STYLES if severities[name]]
    suppressed = len(report.findings) - len(report.active)
    known = [f"{suppressed:,} suppressed"] if suppressed else []
    return ", ".join(named + known) if named or known else "No findings."


def _advised(findings: Sequence[Finding], view: View) -> list[bool]:
    """Whether the advice of a finding is shown: once for all that have the same."""
    advice = [(finding.code, finding.hint, finding.url) for finding in findings]
    first = {one: at for at, one in reversed(list(enumerate(advice)))}
    return [view.detail == "verbose" or first[one] == at for at, one in enumerate(advice)]


def _block(finding: Finding, where: str, view: View, advised: bool) -> Iterator[str]:
    """What, where, what it costs, what to do, and where it was first reported."""
    terminal = view.terminal
    severity = terminal.style(finding.severity, "bold", STYLES[finding.severity])
    yield from beside(filter(None, (_code(finding, terminal), severity, where)), terminal)
    yield from wrapped(finding.message, terminal)
    if view.detail == "quiet":
        return
    if finding.lost_tokens:
        yield f"{INDENT}costs {plural(finding.lost_tokens, 'token')}"
    if finding.related is not None:
        name = f"{INDENT}before: "
        yield name + position_of(finding.related, terminal.width - len(name), terminal)
    if finding.hint and advised:
        yield from wrapped(f"hint: {finding.hint}", terminal)
    if finding.url and advised:
        yield from _see(finding.url, terminal)


def _code(finding: Finding, terminal: Terminal) -> str:
    return terminal.style(f"{terminal.link(finding.code, finding.url)} {finding.rule}", "bold")


def _see(url: str, terminal: Terminal) -> Iterator[str]:
    """The address; over several lines it would be none that can be opened, so each of them is a link."""
    for line in wrapped(f"see {url}", terminal):
        text = line.strip().removeprefix("see").strip()
        yield line.removesuffix(text) + terminal.link(text, url)


def _line_and_column(finding: Finding, terminal: Terminal) -> str:
    place = finding.place
    known = ":".join(str(part) for part in (place.line, place.column) if part is not None)
    return known or terminal.cut_left(place.pointer, terminal.width - len(GAP))
