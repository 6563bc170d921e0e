"""Values that remember how a template used them: what llama.cpp's capability probes look at."""

from __future__ import annotations

from typing import Any


class Usage:
    """What happened to one value during one rendering."""

    def __init__(self) -> None:
        self.used = False
        self.operations: set[str] = set()


class TrackedText(str):
    """A string with a record of its use."""

    usage: Usage


class TrackedList(list[Any]):
    """A list with a record of its use."""

    usage: Usage


class TrackedObject(dict[str, Any]):
    """An object with a record of its use."""

    usage: Usage


TRACKED = (TrackedText, TrackedList, TrackedObject)


def tracked(value: Any) -> Any:
    """A copy of JSON data in which strings, lists and objects are tracked."""
    copy: TrackedText | TrackedList | TrackedObject
    if isinstance(value, str):
        copy = TrackedText(value)
    elif isinstance(value, list):
        copy = TrackedList(map(tracked, value))
    elif isinstance(value, dict):
        copy = TrackedObject((key, tracked(item)) for key, item in value.items())
    else:
        return value
    copy.usage = Usage()
    return copy


def note(value: Any, operation: str | None = None) -> None:
    """Record that a template used a value, if the value is tracked."""
    if isinstance(value, TRACKED):
        value.usage.used = True
        if operation is not None:
            value.usage.operations.add(operation)


def note_all(value: Any) -> None:
    """Record that a value was used with everything inside it."""
    note(value)
    if isinstance(value, (list, tuple)):
        for item in value:
            note_all(item)
    elif isinstance(value, dict):
        for item in value.values():
            note_all(item)
