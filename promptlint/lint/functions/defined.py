"""`defined`: a member that must be there, whatever its value. Goes with `field`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from promptlint.lint.message import Name
from promptlint.lint.rule import Hit, Option, Options, Span
from promptlint.positions import keys

if TYPE_CHECKING:
    from promptlint.lint.context import PairContext, RequestContext
    from promptlint.lint.given import Node

OPTIONS: Mapping[str, Option] = {}


def check(nodes: Iterable[Node], _options: Options, _context: RequestContext) -> Iterator[Hit]:
    """A hit for each member that is not there."""
    for node in nodes:
        if not node.exists:
            yield Hit(Span(node.pointer), Name(keys(node.pointer)[-1]), in_body=node.in_body)


def compare(before: Iterable[Node], after: Iterable[Node], _options: Options, _context: PairContext) -> Iterator[Hit]:
    """A hit for each member that was there at the same place, and is no longer."""
    there = {node.pointer for node in before if node.exists}
    for node in after:
        if not node.exists and node.pointer in there:
            name = Name(keys(node.pointer)[-1])
            yield Hit(Span(node.pointer), name, related=Span(node.pointer), in_body=node.in_body)
