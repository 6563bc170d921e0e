"""KV406: messages vanish right behind the system prompt, and the rest moves up; once, or on every turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.lint.context import PairContext
from promptlint.lint.front import Front, all_behind, dropped_front
from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.session import SessionContext, SessionHit
from promptlint.lint.turns import putting


def check(context: PairContext | SessionContext, _options: Options) -> Iterator[Hit | SessionHit]:
    """Of a pair or of a whole session."""
    if isinstance(context, SessionContext):
        for pairs in context.conversations():
            for row in _rows(pairs):
                yield _sliding(row)
    else:
        yield from _of_pair(context)


def _rows(pairs: list[PairContext]) -> Iterator[list[PairContext]]:
    """Two or more turns, each the next of the one before it, that all lost their oldest messages."""
    row: list[PairContext] = []
    for pair in pairs:
        dropped = dropped_front(pair) is not None
        if row and not (dropped and pair.before is row[-1].after):
            yield from [row] if len(row) > 1 else []
            row = []
        row += [pair] if dropped else []
    yield from [row] if len(row) > 1 else []


def _sliding(row: list[PairContext]) -> SessionHit:
    hit = next(_of_pair(row[0]))
    message = f"a sliding window: in {len(row)} turns in a row the oldest messages are gone, and what is left moved up"
    return SessionHit(row[0], replace(hit, message=message, identity="window"), tuple(pair.number for pair in row))


def _of_pair(context: PairContext) -> Iterator[Hit]:
    """One hit, at the message that has moved up; it explains all behind it."""
    front = dropped_front(context)
    if front is None:
        return
    gone = context.before.messages[front.first : front.first + front.size]
    yield Hit(
        Span(f"/messages/{front.at}"),
        str(front.size),
        related=Span(f"/messages/{front.first}"),
        fields={"gone": Words(_gone(front)), "back": front.back, "kept": Words(_kept(front))},
        identity="front",
        claims=all_behind(context, front.at),
        related_claims=tuple(Span(f"/messages/{front.first + step}") for step in range(1, front.size)),
        repair=putting(front.at, *gone, instead_of=0),
    )


def _gone(front: Front) -> str:
    if front.kept:
        noun = "message is" if front.size == 1 else "messages are"
        return f"{front.size:,} {noun} gone behind the first {front.kept:,}"
    return "the oldest message is gone" if front.size == 1 else f"the oldest {front.size:,} messages are gone"


def _kept(front: Front) -> str:
    return f"the first {front.kept:,}" if front.kept else "the system prompt"
