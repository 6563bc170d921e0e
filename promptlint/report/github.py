"""Annotations of GitHub Actions: the severest first, and no more than GitHub shows of a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from promptlint.model import Finding, Report, Severity
from promptlint.report import PLAIN, View
from promptlint.report.order import severest_first
from promptlint.report.plural import plural
from promptlint.terminal import COMMAND_INSIDE, safe, safe_lines

MOST = 10
COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def write(report: Report, stream: TextIO, _view: View = PLAIN) -> None:
    """Write a line for each annotation; nothing where nothing was found."""
    stream.write("".join(f"{line}\n" for line in _lines(report)))


def _lines(report: Report) -> Iterator[str]:
    found = severest_first(report.active)
    yield from (_annotation(one) for one in found[:MOST])
    left = len(found) - MOST
    if left > 0:
        yield f"::notice title=promptlint::{plural(left, 'more finding')}, without an annotation"


def _annotation(finding: Finding) -> str:
    properties = {
        "file": finding.place.path.removeprefix("./"),
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
        if end is not None and end.column is not None:
            found["endColumn"] = end.column
    return found


def _safe(text: str) -> str:
    return COMMAND_INSIDE.sub(r"\\x23", safe_lines(text))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(safe(text)).replace(":", "%3A").replace(",", "%2C")
