"""One line a finding: `path:line:column: CODE name message`."""

from __future__ import annotations

from typing import TextIO

from promptlint.model import Finding, Place, Report
from promptlint.report import PLAIN, View
from promptlint.terminal import harmless, safe


def write(report: Report, stream: TextIO, _view: View = PLAIN) -> None:
    """Write the findings; nothing at all when there are none."""
    stream.write(harmless("".join(f"{_line(finding)}\n" for finding in report.active)))


def _line(finding: Finding) -> str:
    return f"{position(finding.place)}: {finding.code} {finding.rule} {safe(finding.message)}"


def position(place: Place) -> str:
    """`path:line:column`, as far as it is known; editors and terminals make a link of it."""
    parts = [place.path, *(str(part) for part in (place.line, place.column) if part is not None)]
    return safe(":".join(parts))
