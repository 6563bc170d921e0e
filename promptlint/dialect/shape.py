"""Checks that a stranger's body has the shape its API documents."""

from __future__ import annotations

from typing import Any

from promptlint.model import JsonObject
from promptlint.positions import step

_JSON_NAMES = {dict: "an object", list: "a list", str: "a string", bool: "a boolean"}


class ShapeError(Exception):
    """A value of the body that is not what its API documents."""

    def __init__(self, pointer: str, expected: str, value: Any) -> None:
        found = "null" if value is None else _JSON_NAMES.get(type(value), "a number")
        super().__init__(f"{pointer} should be {expected}, not {found}")
        self.pointer = pointer


def text(value: Any, pointer: str) -> str:
    """The value, a string."""
    if not isinstance(value, str):
        raise ShapeError(pointer, "a string", value)
    return value


def kind_of(item: JsonObject) -> str:
    """The `type` of an item, a part or a block."""
    kind = item.get("type")
    return kind if isinstance(kind, str) else "untyped"


def objects(value: Any, pointer: str) -> list[JsonObject]:
    """The value, a list of objects."""
    if not isinstance(value, list):
        raise ShapeError(pointer, "a list", value)
    for number, item in enumerate(value):
        if not isinstance(item, dict):
            raise ShapeError(pointer + step(number), "an object", item)
    return value


def optional_objects(value: Any, pointer: str) -> list[JsonObject] | None:
    """The value, a list of objects or null."""
    return None if value is None else objects(value, pointer)


def optional_object(value: Any, pointer: str) -> JsonObject:
    """The value, an object; an empty one for null."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ShapeError(pointer, "an object", value)
    return value


def text_or_objects(value: Any, pointer: str) -> str | list[JsonObject] | None:
    """The value, a string, a list of objects or null: how every API spells content."""
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, list):
        raise ShapeError(pointer, "a string or a list of parts", value)
    return objects(value, pointer)
