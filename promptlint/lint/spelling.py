"""How values are told apart: as the JSON text that a template would print, cache markers left out."""

from __future__ import annotations

import json
from typing import Any

MARKER = "cache_control"  # says where to cache, moves on every healthy turn, and is never part of a prompt


def without_markers(value: Any) -> Any:
    """A copy without cache markers, at any depth."""
    if isinstance(value, dict):
        return {name: without_markers(member) for name, member in value.items() if name != MARKER}
    return [without_markers(item) for item in value] if isinstance(value, list) else value


def spelled(value: Any) -> str:
    """The value as JSON text, keys in their order."""
    return json.dumps(without_markers(value), ensure_ascii=False, default=str)


def meaning(value: Any) -> str:
    """The value as JSON text, keys sorted: equal for what is equal as JSON."""
    return json.dumps(without_markers(value), ensure_ascii=False, sort_keys=True, default=str)
