"""One file per output format; each has `write(report, stream, view)`."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Literal, TextIO

from promptlint.model import Report
from promptlint.terminal import Terminal

Detail = Literal["quiet", "normal", "verbose"]
FORMATS = {
    "text": "promptlint.report.text",
    "concise": "promptlint.report.concise",
    "json": "promptlint.report.json_report",
}


@dataclass(frozen=True, slots=True)
class View:
    """How a person looks at the output; formats for machines ignore it."""

    terminal: Terminal = field(default_factory=Terminal)
    detail: Detail = "normal"


PLAIN = View()


def write(name: str, report: Report, stream: TextIO, view: View = PLAIN) -> None:
    """Write the report in the format of that name."""
    import_module(FORMATS[name]).write(report, stream, view)
