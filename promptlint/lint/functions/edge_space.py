"""`edge-space`: white space that a text begins or ends with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from promptlint.lint.rule import Hit, Option, Options, Span

if TYPE_CHECKING:
    from promptlint.lint.context import RequestContext
    from promptlint.lint.given import Node

OPTIONS: Mapping[str, Option] = {}


def check(nodes: Iterable[Node], _options: Options, _context: RequestContext) -> Iterator[Hit]:
    """A hit for each end of a text that is white space; a text of nothing else has one."""
    for node in nodes:
        if not isinstance(node.value, str):
            continue
        text = node.value
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
        for first, last in ((0, start), (end, len(text) if end else 0)):
            if first < last:
                yield Hit(Span(node.pointer, first, last - first), text[first:last], in_body=node.in_body)
