"""Members of a stranger's JSON: what is not there, or is of another type, is None, empty, or left out."""

from __future__ import annotations

from typing import Any

from promptlint.model import JsonObject


def at(value: Any, *keys: str | int) -> Any:
    """The member that the keys lead to; a number is an index."""
    for key in keys:
        if isinstance(key, str):
            value = value.get(key) if isinstance(value, dict) else None
        else:
            value = value[key] if isinstance(value, list) and key < len(value) else None
    return value


def text_at(value: Any, *keys: str | int) -> str:
    """The text that the keys lead to."""
    text = at(value, *keys)
    return text if isinstance(text, str) else ""


def objects_at(value: Any, *keys: str | int) -> list[JsonObject]:
    """The objects in the list that the keys lead to."""
    listed = at(value, *keys)
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def count_at(value: Any, *keys: str | int) -> int | None:
    """The number of tokens that the keys lead to."""
    count = at(value, *keys)
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None
