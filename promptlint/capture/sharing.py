"""One copy of what a session sends again and again: on every turn an agent sends its whole history.

The parsed objects are never changed, so two that are equal can be the same one. A session of 300 requests and 180 MB
then costs what its last request costs.
"""

from __future__ import annotations

from typing import Any

_LONG = 32  # characters; shorter texts cost less than knowing them
_MOST_MEMBERS = 64  # of an object or a list; larger ones (a body, its messages) do not come again


class Sharing:
    """Equal objects and texts of several documents, each kept once."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._objects: dict[tuple[Any, ...], dict[str, Any]] = {}

    def object(self, members: dict[str, Any]) -> dict[str, Any]:
        """The object, or the equal one that was there before; key order is part of what makes it equal."""
        for name, value in members.items():
            if type(value) is str and len(value) >= _LONG:
                members[name] = self._texts.setdefault(value, value)
        if len(members) > _MOST_MEMBERS:
            return members
        key = self._key(members)
        return members if key is None else self._objects.setdefault(key, members)

    def _key(self, members: dict[str, Any]) -> tuple[Any, ...] | None:
        parts: list[Any] = []
        for name, value in members.items():
            part = _identity(value)
            if part is None:
                return None
            parts += (name, part)
        return tuple(parts)


def _identity(value: Any) -> Any:
    """What is equal for equal values; the objects inside have been shared already. None for what is too large."""
    if type(value) is str:
        return value
    if isinstance(value, dict):
        return (dict, id(value))
    if isinstance(value, list):
        if len(value) > _MOST_MEMBERS:
            return None
        items = tuple(map(_identity, value))
        return None if None in items else (list, *items)
    # True, 1 and 1.0 are equal in Python, and so are 0.0 and -0.0; as JSON they are not the same.
    return (type(value), repr(value) if type(value) is float else value)
