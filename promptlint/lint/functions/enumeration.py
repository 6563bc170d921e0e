"""`enumeration`: a value that must be one of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from promptlint.lint.rule import Hit, Option, Options, Span
from promptlint.lint.spelling import meaning

if TYPE_CHECKING:
    from promptlint.lint.context import RequestContext
    from promptlint.lint.given import Node

OPTIONS: Mapping[str, Option] = {"values": Option("any", required=True, about="a list of what is allowed")}


def validate(options: Options) -> None:
    """Raises ValueError for values that are no list, or an empty one."""
    if not isinstance(options["values"], list) or not options["values"]:
        raise ValueError("values must be a list with at least one value")


def check(nodes: Iterable[Node], options: Options, _context: RequestContext) -> Iterator[Hit]:
    """A hit for each value that is not in the list; a member that is missing is not one."""
    allowed = {meaning(value) for value in options["values"]}  # JSON tells 1 from true, Python does not
    for node in nodes:
        if node.exists and meaning(node.value) not in allowed:
            text = node.value if isinstance(node.value, str) else meaning(node.value)
            yield Hit(Span(node.pointer), text, in_body=node.in_body)
