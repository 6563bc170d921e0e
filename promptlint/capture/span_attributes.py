"""The attributes of a span as plain data, whatever wrote them, each with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from promptlint.model import JsonObject
from promptlint.positions import step
from promptlint.records import dataclass

_SCALARS = ("stringValue", "string_value", "boolValue", "bool_value", "doubleValue", "double_value")
_INTEGERS = ("intValue", "int_value")
_ARRAYS = ("arrayValue", "array_value")
_OBJECTS = ("kvlistValue", "kvlist_value")
_DIGITS = re.compile(r"[0-9]{1,12}")
_INDEX = re.compile(r"[0-9]{1,6}")


class Attribute(NamedTuple):
    """A value, and the pointer of where it stands in the document."""

    value: Any
    pointer: str


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a span by name, those of its events beside them."""

    by_name: dict[str, Attribute]
    events: tuple[tuple[str, dict[str, Attribute]], ...] = ()

    def get(self, *names: str) -> Attribute | None:
        """The first of these that is there."""
        return next((self.by_name[name] for name in names if name in self.by_name), None)

    def text(self, name: str) -> str | None:
        """An attribute that is text."""
        found = self.by_name.get(name)
        return found.value if found and isinstance(found.value, str) else None

    def number(self, name: str) -> int | None:
        """An attribute that counts something; some writers make text of numbers."""
        value = self.by_name[name].value if name in self.by_name else None
        if isinstance(value, str) and _DIGITS.fullmatch(value):
            return int(value)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def indexed(self, prefix: str) -> list[dict[str, Attribute]]:
        """What stands under PREFIX.0.NAME, PREFIX.1.NAME and so on, in that order."""
        return indexed(self.by_name, prefix)


def indexed(by_name: dict[str, Attribute], prefix: str) -> list[dict[str, Attribute]]:
    """The same for any names."""
    groups: dict[int, dict[str, Attribute]] = {}
    for name, attribute in by_name.items():
        if name.startswith(prefix + "."):
            index, _, rest = name[len(prefix) + 1 :].partition(".")
            if _INDEX.fullmatch(index) and rest:
                groups.setdefault(int(index), {})[rest] = attribute
    return [groups[index] for index in sorted(groups)]


def attributes_of(span: JsonObject, pointer: str) -> Attributes:
    """The attributes of a span that stands at `pointer`."""
    by_name = dict(_pairs(span.get("attributes"), pointer + "/attributes"))
    events = tuple(_events(span.get("events"), pointer + "/events"))
    for _, inner in events:
        # Newer instrumentations put all of a call into one event, under the names that attributes have.
        by_name = {name: value for name, value in inner.items() if name.startswith("gen_ai.")} | by_name
    return Attributes(by_name, events)


def _events(events: Any, pointer: str) -> Iterator[tuple[str, dict[str, Attribute]]]:
    for number, event in enumerate(events if isinstance(events, list) else ()):
        if isinstance(event, dict) and isinstance(event.get("name"), str):
            place = f"{pointer}/{number}/attributes"
            yield event["name"], dict(_pairs(event.get("attributes"), place))


def _pairs(attributes: Any, pointer: str) -> Iterator[tuple[str, Attribute]]:
    if isinstance(attributes, dict):
        for name, value in attributes.items():
            yield name, Attribute(value, pointer + step(name))
    for number, one in enumerate(attributes if isinstance(attributes, list) else ()):
        if isinstance(one, dict) and isinstance(one.get("key"), str):
            yield one["key"], _read(one.get("value"), f"{pointer}/{number}/value")


def _read(value: Any, pointer: str) -> Attribute:
    """A typed value; the inside of a list or an object stands elsewhere than a pointer would say."""
    if not isinstance(value, dict):
        return Attribute(value, pointer)
    key = next((key for key in (*_SCALARS, *_INTEGERS) if key in value), None)
    return Attribute(_plain(value), pointer if key is None else f"{pointer}/{key}")


def _plain(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    for key in _SCALARS:
        if key in value:
            return value[key]
    for key in _INTEGERS:
        if key in value:
            text = value[key]
            return int(text) if isinstance(text, str) and _DIGITS.fullmatch(text) else text
    for key in _ARRAYS:
        if key in value:
            return [_plain(one) for one in _values(value[key])]
    for key in _OBJECTS:
        if key in value:
            pairs = [one for one in _values(value[key]) if isinstance(one, dict)]
            return {one["key"]: _plain(one.get("value")) for one in pairs if isinstance(one.get("key"), str)}
    return None


def _values(holder: Any) -> list[Any]:
    values = holder.get("values") if isinstance(holder, dict) else None
    return values if isinstance(values, list) else []
