"""Literals that the config and the commands need before anything runs, and that others share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.model import Severity

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")  # the severest first
BASELINE = ".promptlint-baseline.jsonl"  # its usual name
ALL = "ALL"  # the selector of every rule, those of the user's own too
DEFAULT_SELECT = (ALL,)
