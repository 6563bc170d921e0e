"""Annotations of GitHub Actions: the severest first, and no more than GitHub shows of a step: ten of each kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from promptlint.model import Finding, Report, Severity
from promptlint.report import PLAIN, View
from promptlint.report.hidden import hidden_reason
from promptlint.report.order import severest_first
from promptlint.report.plural import plural
from promptlint.report.repository_path import from_root
from promptlint.terminal import COMMAND_INSIDE, safe, safe_lines

MOST = 10
COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def write(report: Report, stream: TextIO, view: View = PLAIN) -> None:
    """Write a line for each annotation; nothing where nothing was found."""
    stream.write("".join(f"{line}\n" for line in _lines(from_root(report), view)))


def _lines(report: Report, view: View) -> Iterator[str]:
    hidden = hidden_reason(report, view)
    if hidden:
        yield f"::error title=promptlint::{hidden}"
    found = severest_first(report.active)
    shown = _most(found)
    yield from (_annotation(one) for one in found[:shown])
    if shown < len(found):
        yield f"::notice title=promptlint::{plural(len(found) - shown, 'more finding')}, without an annotation"


def _most(found: Sequence[Finding]) -> int:
    """How many are shown: where all of them are notices, the line that counts the others is the tenth."""
    return MOST - 1 if len(found) > MOST and COMMANDS[found[0].severity] == "notice" else MOST


def _annotation(finding: Finding) -> str:
    properties = {
        "file": finding.place.path,
        **_lines_and_columns(finding),
        "title": f"{finding.code} {finding.rule}",
    }
    said = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    hint = f"\n{finding.hint}" if finding.hint else ""
    return f"::{COMMANDS[finding.severity]} {said}::{_data(_safe(finding.message + hint))}"


def _lines_and_columns(finding: Finding) -> dict[str, int]:
    """The runner takes columns for annotations of one line alone."""
    place, end = finding.place, finding.end
    if place.line is None:
        return {}
    last = place.line if end is None or end.line is None else end.line
    found = {"line": place.line, "endLine": last}
    if place.column is not None and last == place.line:
        found["col"] = place.column
        if end is not None and end.column is not None and end.column > place.column:
            found["endColumn"] = end.column
    return found


def _safe(text: str) -> str:
    return COMMAND_INSIDE.sub(r"\\x23", safe_lines(text))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(safe(text)).replace(":", "%3A").replace(",", "%2C")
