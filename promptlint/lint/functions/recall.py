"""`recall`: memories and retrieved text that were put in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from promptlint.lint.functions.found import hits
from promptlint.lint.rule import Hit, Option, Options

if TYPE_CHECKING:
    from promptlint.lint.context import PairContext, RequestContext
    from promptlint.lint.given import Node

OPTIONS: Mapping[str, Option] = {}


def check(nodes: Iterable[Node], _options: Options, _context: RequestContext) -> Iterator[Hit]:
    """A hit for each that the words around it give away."""
    from promptlint.lint.detect import recall

    yield from hits(nodes, recall.find, sections=True)


def compare(_before: Iterable[Node], _after: Iterable[Node], _options: Options, context: PairContext) -> Iterator[Hit]:
    """A hit for each that changed between the two system regions."""
    from promptlint.lint.moved import moved_values

    yield from moved_values(context, "recall")
