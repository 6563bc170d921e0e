"""`undefined`: a member, or a value, that must not be there."""

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
    """A hit at the key of each member that is there."""
    for node in nodes:
        if node.exists:
            yield _hit(node)


def compare(before: Iterable[Node], after: Iterable[Node], _options: Options, _context: PairContext) -> Iterator[Hit]:
    """A hit at the key of each member that was not there at the same place; what only came behind is no change."""
    missing = {node.pointer for node in before if not node.exists}
    for node in after:
        if node.exists and node.pointer in missing:
            yield _hit(node)


def _hit(node: Node) -> Hit:
    name = next(reversed(keys(node.pointer)), "")
    # The items of a list have no key: their place is their value.
    return Hit(Span(node.pointer), Name(name), key=bool(name) and not name.isdigit(), in_body=node.in_body)
