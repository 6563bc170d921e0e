"""Comparing text that carries provenance marks: private-use characters which no rule of an engine may react to."""

from __future__ import annotations

_FIRST, _LAST = "\U000f0000", "\U0010fffd"


def unmarked(value: object) -> object:
    """A string without its marks; anything else unchanged."""
    if not isinstance(value, str) or not any(_FIRST <= character <= _LAST for character in value):
        return value
    return "".join(character for character in value if not _FIRST <= character <= _LAST)
