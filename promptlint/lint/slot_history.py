"""What the requests of a session found in the slots of a server, and which of them took the slot of another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from promptlint.comparison.output import held_tokens
from promptlint.engine.llama_cpp import CACHE_RAM
from promptlint.engine.memory import memory_of
from promptlint.engine.registry import STEPS
from promptlint.engine.serving import Spans
from promptlint.engine.slots import Served, Slots
from promptlint.engine.user_starts import user_starts
from promptlint.engine.whole_server import WholeServer
from promptlint.errors import PromptlintError
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.session import SessionContext
from promptlint.local_model import DEFAULT_NOW
from promptlint.records import dataclass

Server = tuple[str | None, str | None]  # host and model


@dataclass(frozen=True, slots=True)
class Eviction:
    """A request found less in the server than its earlier turn had left there."""

    pair: PairContext
    kept: int
    by: RequestContext


def served(session: SessionContext) -> dict[int, Served]:
    """What each request found in its slot, by its number.

    Each model of a host is a server of its own. A request that the template refuses has reached no slot.
    """
    found: dict[int, Served] = {}
    servers: dict[Server, Slots | WholeServer] = {}
    for context in session.requests:
        try:
            now = context.capture_time or DEFAULT_NOW
            prompt = context.model.chat_prompt(context.chat, now)
            held = held_tokens(context.turn, context.model, prompt, now)
        except PromptlintError:
            continue
        server = servers.get(_server(context)) or _empty(session, context)
        after, one = _served(server, context, prompt.ids, held[len(prompt.ids) :])
        servers[_server(context)], found[context.number] = after, one
    return found


def evictions(session: SessionContext) -> Iterator[Eviction]:
    """The pairs whose second request lost what the first one had left, because another one took its slot."""
    by_number = {context.number: context for context in session.requests}
    taken = {one.overwritten: number for number, one in session.served.items()}
    for pair in session.pairs:
        found, by = session.served.get(pair.after.number), _taker(session, pair, taken)
        if found is None or by is None or _server(pair.before) != _server(pair.after):
            continue
        if found.kept < (pair.pair.common_prefix_tokens or 0):
            yield Eviction(pair, found.kept, by_number[by])


def _taker(session: SessionContext, pair: PairContext, taken: Mapping[int | None, int]) -> int | None:
    """The request that took the slot between the two of a pair: not one that went on from all that they share."""
    needed = (pair.pair.common_prefix_tokens or 0) - 1  # whoever sends just that again computes its last token
    by = taken.get(pair.before.number)
    while by is not None and session.places[by] < session.places[pair.after.number]:
        if session.served[by].kept < needed:
            return by
        by = taken.get(by)
    return None


def _empty(session: SessionContext, context: RequestContext) -> Slots | WholeServer:
    """The server before the first request: with its copies in host memory only where somebody spoke of them."""
    if CACHE_RAM.name not in session.known:
        return Slots(session.slots or 0)
    return WholeServer(STEPS[session.engine or "llama.cpp"], {**memory_of(context.model.kind), **session.known})


def _served(
    server: Slots | WholeServer, context: RequestContext, prompt: Sequence[int], generated: Sequence[int]
) -> tuple[Slots | WholeServer, Served]:
    if isinstance(server, Slots):
        return server.serve(context.number, prompt, generated)
    spans = Spans(user_starts(prompt, context.model.role_markers(context.chat)))
    return server.serve(context.number, prompt, generated, spans)


def _server(context: RequestContext) -> Server:
    return context.request.host, context.request.model
