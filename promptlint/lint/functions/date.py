"""`date`: today's date: right until midnight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from promptlint.lint.functions.found import hits
from promptlint.lint.rule import Hit, Option, Options

if TYPE_CHECKING:
    from promptlint.lint.context import PairContext, RequestContext
    from promptlint.lint.detect.match import Match
    from promptlint.lint.given import Node

OPTIONS: Mapping[str, Option] = {}


def check(nodes: Iterable[Node], _options: Options, context: RequestContext) -> Iterator[Hit]:
    """A hit for each date that is, or says that it is, that of the request."""
    from promptlint.lint.detect import clock

    def find(text: str) -> list[Match]:
        return [one for one in clock.find(text, context.capture_time) if one.granularity == "day"]

    yield from hits(nodes, find)


def compare(_before: Iterable[Node], _after: Iterable[Node], _options: Options, context: PairContext) -> Iterator[Hit]:
    """A hit for each date that changed between the two system regions."""
    from promptlint.lint.moved import moved_values

    yield from moved_values(context, "date")
