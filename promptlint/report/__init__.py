"""One file per output format; each has `write(report, stream, view)`."""

from __future__ import annotations

from dataclasses import field
from importlib import import_module
from typing import Literal, TextIO

from promptlint.model import Finding, Report, Severity
from promptlint.records import dataclass
from promptlint.terminal import Terminal

Detail = Literal["quiet", "normal", "verbose"]
FORMATS = {
    "text": "promptlint.report.text",
    "concise": "promptlint.report.concise",
    "json": "promptlint.report.json_report",
    "jsonl": "promptlint.report.jsonl",
    "sarif": "promptlint.report.sarif",
    "github": "promptlint.report.github",
    "gitlab": "promptlint.report.gitlab",
    "junit": "promptlint.report.junit",
    "markdown": "promptlint.report.markdown",
    "html": "promptlint.report.html",
}

# What others can read: logs, comments, artifacts of a build.
REDACTED = frozenset(("sarif", "github", "gitlab", "junit", "markdown"))


@dataclass(frozen=True, slots=True)
class View:
    """How the output is looked at, and by whom: formats for machines ignore what is for persons."""

    terminal: Terminal = field(default_factory=Terminal)
    detail: Detail = "normal"
    redact: frozenset[str] = REDACTED  # formats without prompt text
    failing: tuple[Severity, ...] = ("error",)  # severities that fail the run
    hidden: int = 0  # findings that fail the run and are too slight to be shown

    def fails(self, finding: Finding) -> bool:
        """Is it one that makes the run fail."""
        return finding.suppressed is None and finding.severity in self.failing


PLAIN = View()


def write(name: str, report: Report, stream: TextIO, view: View = PLAIN) -> None:
    """Write the report in the format of that name, without prompt text where it is to be redacted."""
    if name in view.redact:
        from promptlint.report.redaction import redacted

        report = redacted(report)
    import_module(FORMATS[name]).write(report, stream, view)
