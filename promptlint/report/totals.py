"""What a run lost in all."""

from __future__ import annotations

from promptlint.model import Report


def lost_tokens(report: Report) -> int:
    """Tokens that are computed again: by the steps of the sessions where there are any, else by the pairs."""
    steps = [step.lost for one in report.conversations for step in one.steps]
    return sum(lost or 0 for lost in steps or [pair.lost_tokens for pair in report.pairs])
