"""Literals that the config and the commands need before anything runs, and that others share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.model import Severity

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")  # the severest first
BASELINE = ".promptlint-baseline.jsonl"  # its usual name
ALL = "ALL"  # the selector of every rule, those of the user's own too
DEFAULT_SELECT = (ALL,)
MOST_JOBS = 64
MOST_UNASKED = 8  # each has a process with its memory, and what is left for one process alone grows


def usual_jobs() -> int:
    """One more than there are processors that this process may use, since one waits; within reason."""
    bound = hasattr(os, "sched_getaffinity")
    processors = len(os.sched_getaffinity(0)) if bound else os.cpu_count() or 1
    return min(processors + 1, MOST_UNASKED)
