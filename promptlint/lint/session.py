"""What a check of scope session gets: the requests in the order in which they came to a server, and their pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from promptlint.comparison.output import held_tokens
from promptlint.engine.llama_cpp import CACHE_RAM
from promptlint.engine.memory import memory_of
from promptlint.engine.registry import STEPS
from promptlint.engine.serving import Options, Spans
from promptlint.engine.slots import Served, Slots
from promptlint.engine.user_starts import user_starts
from promptlint.engine.whole_server import WholeServer
from promptlint.errors import PromptlintError
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.rule import Hit
from promptlint.local_model import DEFAULT_NOW

Server = tuple[str | None, str | None]  # host and model


@dataclass(frozen=True, slots=True)
class SessionHit:
    """A hit in the second request of a pair. `sums_up` are the pairs whose own hits of this rule it tells with."""

    pair: PairContext
    hit: Hit
    sums_up: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Eviction:
    """A request found less in the server than its earlier turn had left there."""

    pair: PairContext
    kept: int
    by: RequestContext


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
    known: Options = field(default_factory=dict)

    def conversations(self) -> list[list[PairContext]]:
        """The pairs of each conversation, in their order."""
        found: dict[int, list[PairContext]] = {}
        for pair in self.pairs:
            found.setdefault(pair.pair.conversation, []).append(pair)
        return list(found.values())

    def between(self, pair: PairContext) -> Sequence[RequestContext]:
        """What came in between the two requests of a pair."""
        return self.requests[self._places[pair.before.number] + 1 : self._places[pair.after.number]]

    @cached_property
    def _places(self) -> dict[int, int]:
        return {context.number: place for place, context in enumerate(self.requests)}

    @cached_property
    def served(self) -> dict[int, Served]:
        """What each request found in its slot, by its number; empty where the number of slots is not known.

        Each model of a host is a server of its own. A request that the template refuses has reached no slot.
        """
        found: dict[int, Served] = {}
        servers: dict[Server, Slots | WholeServer] = {}
        for context in self.requests if self.slots else ():
            try:
                now = context.capture_time or DEFAULT_NOW
                prompt = context.model.chat_prompt(context.chat, now)
                held = held_tokens(context.turn, context.model, prompt, now)
            except PromptlintError:
                continue
            server = servers.get(_server(context)) or self._empty(context)
            after, served = _served(server, context, prompt.ids, held[len(prompt.ids) :])
            servers[_server(context)], found[context.number] = after, served
        return found

    def _empty(self, context: RequestContext) -> Slots | WholeServer:
        """The server before the first request: with its copies in host memory only where somebody spoke of them."""
        if CACHE_RAM.name not in self.known:
            return Slots(self.slots or 0)
        return WholeServer(STEPS[self.engine or "llama.cpp"], {**memory_of(context.model.kind), **self.known})

    def evictions(self) -> Iterator[Eviction]:
        """The pairs whose second request lost what the first one had left, because another one took its slot."""
        by_number = {context.number: context for context in self.requests}
        for pair in self.pairs:
            served, by = self.served.get(pair.after.number), self._taker(pair)
            if served is None or by is None or _server(pair.before) != _server(pair.after):
                continue
            if served.kept < (pair.pair.common_prefix_tokens or 0):
                yield Eviction(pair, served.kept, by_number[by])

    def _taker(self, pair: PairContext) -> int | None:
        """The request that took the slot between the two of a pair: not one that went on from all that they share."""
        needed = (pair.pair.common_prefix_tokens or 0) - 1  # whoever sends just that again computes its last token
        by = self._taken.get(pair.before.number)
        while by is not None and self._places[by] < self._places[pair.after.number]:
            if self.served[by].kept < needed:
                return by
            by = self._taken.get(by)
        return None

    @cached_property
    def _taken(self) -> dict[int | None, int]:
        """The request that took the slot of each one."""
        return {one.overwritten: number for number, one in self.served.items()}


def _served(
    server: Slots | WholeServer, context: RequestContext, prompt: Sequence[int], generated: Sequence[int]
) -> tuple[Slots | WholeServer, Served]:
    if isinstance(server, Slots):
        return server.serve(context.number, prompt, generated)
    spans = Spans(user_starts(prompt, context.model.role_markers(context.chat)))
    return server.serve(context.number, prompt, generated, spans)


def _server(context: RequestContext) -> Server:
    return context.request.host, context.request.model


def sessions(
    sequences: Sequence[Sequence[int]],
    contexts: Sequence[RequestContext],
    pairs: Sequence[PairContext],
    slots: int | None,
    engine: str | None,
    known: Options | None = None,
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
