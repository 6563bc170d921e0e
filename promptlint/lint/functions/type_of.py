"""`type`: what kind of JSON value something must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Option, Options, Span

if TYPE_CHECKING:
    from promptlint.lint.context import RequestContext
    from promptlint.lint.given import Node

OPTIONS: Mapping[str, Option] = {
    "types": Option("texts", required=True, about="string, number, integer, boolean, null, object, list"),
}
TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "object": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
}


def validate(options: Options) -> None:
    """Raises ValueError for a type that JSON has not."""
    unknown = next((name for name in options["types"] if name not in TYPES), None)
    if unknown is not None or not options["types"]:
        raise ValueError(f"no type {unknown!r}: one of {', '.join(TYPES)}" if unknown else "types names none")


def name_of(value: Any) -> str:
    """The narrowest name of TYPES for a value."""
    return next((name for name in ("integer", *TYPES) if TYPES[name](value)), "unknown")


def check(nodes: Iterable[Node], options: Options, _context: RequestContext) -> Iterator[Hit]:
    """A hit for each value of another type, which is the text; a member that is missing has none."""
    for node in nodes:
        if node.exists and not any(TYPES[name](node.value) for name in options["types"]):
            yield Hit(Span(node.pointer), Words(name_of(node.value)), in_body=node.in_body)
