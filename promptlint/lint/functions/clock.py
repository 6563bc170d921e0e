"""`clock`: the time of day at which the request was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from promptlint.lint.functions.found import hits
from promptlint.lint.rule import Hit, Option, Options

if TYPE_CHECKING:
    from promptlint.lint.context import PairContext, RequestContext
    from promptlint.lint.detect.match import Match
    from promptlint.lint.given import Node

FINER = ("hour", "minute", "second")
OPTIONS: Mapping[str, Option] = {
    "min-granularity": Option("text", default="hour", choices=FINER, about="the coarsest clock that is reported"),
}


def check(nodes: Iterable[Node], options: Options, context: RequestContext) -> Iterator[Hit]:
    """A hit for each clock, by the words around it or because it is that of the capture."""
    from promptlint.lint.detect import clock

    fine = FINER[FINER.index(options["min-granularity"]) :]

    def find(text: str) -> list[Match]:
        return [one for one in clock.find(text, context.capture_time) if one.granularity in fine]

    yield from hits(nodes, find)


def compare(_before: Iterable[Node], _after: Iterable[Node], _options: Options, context: PairContext) -> Iterator[Hit]:
    """A hit for each clock that changed between the two system regions, however coarse."""
    from promptlint.lint.moved import moved_values

    yield from moved_values(context, "clock")
