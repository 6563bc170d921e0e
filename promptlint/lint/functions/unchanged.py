"""`unchanged`: a value that must be the same at the same place of both requests of a pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from promptlint.lint.given import Node
from promptlint.lint.rule import Hit, Option, Options, Span
from promptlint.lint.spelling import spelled

if TYPE_CHECKING:
    from promptlint.lint.context import PairContext

OPTIONS: Mapping[str, Option] = {}


def compare(before: Iterable[Node], after: Iterable[Node], _options: Options, _context: PairContext) -> Iterator[Hit]:
    """A hit where the value differs, or is gone. What only `after` has is an addition, not a change."""
    new = {node.pointer: node for node in after}
    for old in before:
        node = new.get(old.pointer, Node(old.pointer, None, old.in_body, exists=False))
        if old.exists == node.exists and (not old.exists or spelled(old.value) == spelled(node.value)):
            continue
        yield _hit(old, node)


def _hit(old: Node, new: Node) -> Hit:
    if isinstance(old.value, str) and isinstance(new.value, str):
        from promptlint.lint.hunks import hunks

        first = hunks(old.value, new.value)[0]
        text = new.value[first.after_start : first.after_end]
        span = Span(new.pointer, first.after_start, len(text))
        related = Span(old.pointer, first.before_start, first.before_end - first.before_start)
        return Hit(span, text, related=related, claims=(Span(new.pointer),), in_body=new.in_body)
    text = spelled(new.value) if new.exists else ""
    return Hit(Span(new.pointer), text, related=Span(old.pointer), in_body=new.in_body)
