"""What counts where nobody says otherwise, as literals: the config needs them before anything runs."""

from __future__ import annotations

BASELINE = ".promptlint-baseline.jsonl"  # its usual name
ALL = "ALL"  # the selector of every rule, those of the user's own too
DEFAULT_SELECT = (ALL,)
