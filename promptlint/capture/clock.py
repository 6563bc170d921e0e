"""When something was recorded, by a clock that counts from 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

_DIGITS = re.compile(r"[0-9]{1,19}")


def since_epoch(value: Any, per_second: int = 1) -> datetime | None:
    """The time that a number of seconds, or of parts of one, stands for; None for anything else."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / per_second, UTC)
    except (ValueError, OverflowError, OSError):
        return None
