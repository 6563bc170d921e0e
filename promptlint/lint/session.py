"""What a check of scope session gets: the requests in the order in which they came to a server, and their pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.rule import Hit
from promptlint.records import dataclass

if TYPE_CHECKING:
    from promptlint.engine.slots import Served
    from promptlint.lint.slot_history import Eviction


@dataclass(frozen=True, slots=True)
class SessionHit:
    """A hit in the second request of a pair. `sums_up` are the pairs whose own hits of this rule it tells with."""

    pair: PairContext
    hit: Hit
    sums_up: tuple[int, ...] = ()


@dataclass(eq=False)
class SessionContext:
    """Requests in their order, of one conversation or of several that took turns.

    `slots` is how many requests the server keeps at a time, None where nobody said; `engine` is its name, if given;
    `known` is all that was said of the server.
    """

    requests: Sequence[RequestContext]
    pairs: Sequence[PairContext]
    slots: int | None = None
    engine: str | None = None
    known: Mapping[str, int] = field(default_factory=dict)

    def conversations(self) -> list[list[PairContext]]:
        """The pairs of each conversation, in their order."""
        found: dict[int, list[PairContext]] = {}
        for pair in self.pairs:
            found.setdefault(pair.pair.conversation, []).append(pair)
        return list(found.values())

    def between(self, pair: PairContext) -> Sequence[RequestContext]:
        """What came in between the two requests of a pair."""
        return self.requests[self.places[pair.before.number] + 1 : self.places[pair.after.number]]

    @cached_property
    def places(self) -> Mapping[int, int]:
        """The place of each request in the order, by its number."""
        return {context.number: place for place, context in enumerate(self.requests)}

    @cached_property
    def served(self) -> Mapping[int, Served]:
        """What each request found in its slot, by its number; empty where the number of slots is not known."""
        if not self.slots:
            return {}
        from promptlint.lint.slot_history import served  # with the engines: only where somebody has named slots

        return served(self)

    def evictions(self) -> Iterator[Eviction]:
        """The pairs whose second request lost what the first one had left, because another one took its slot."""
        if self.slots:
            from promptlint.lint.slot_history import evictions

            yield from evictions(self)


def sessions(
    sequences: Sequence[Sequence[int]],
    contexts: Sequence[RequestContext],
    pairs: Sequence[PairContext],
    slots: int | None,
    engine: str | None,
    known: Mapping[str, int] | None = None,
) -> list[SessionContext]:
    """A context for each sequence of two requests or more."""
    found = []
    of_request: dict[int, list[PairContext]] = {}
    for pair in pairs:
        of_request.setdefault(pair.after.number, []).append(pair)
    for numbers in sequences:
        if len(numbers) < 2:
            continue
        members = set(numbers)
        inside = [pair for n in numbers for pair in of_request.get(n, ()) if pair.before.number in members]
        found.append(SessionContext([contexts[n] for n in numbers], inside, slots, engine, known or {}))
    return found
