"""Why a run fails that shows nothing to fail for: --min-severity hides findings, and they count all the same."""

from __future__ import annotations

from promptlint.model import Report
from promptlint.report import View
from promptlint.report.plural import plural


def hidden_reason(report: Report, view: View) -> str | None:
    """One sentence; None where the run passes, or a finding that is shown makes it fail."""
    if not view.hidden or any(map(view.fails, report.findings)):
        return None
    return f"{plural(view.hidden, 'finding')} below --min-severity fail{'s' if view.hidden == 1 else ''} the run"
