"""KV406: messages vanish right behind the system prompt, and the rest moves up."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.context import PairContext
from promptlint.lint.front import Front, all_behind, dropped_front
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.turns import putting


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """One hit, at the message that has moved up; it explains all behind it."""
    front = dropped_front(context)
    if front is None:
        return
    gone = context.before.messages[front.first : front.first + front.size]
    yield Hit(
        Span(f"/messages/{front.at}"),
        str(front.size),
        related=Span(f"/messages/{front.first}"),
        fields={"gone": _gone(front), "back": front.back, "kept": _kept(front)},
        identity="front",
        claims=all_behind(context, front.at),
        repair=putting(front.at, *gone, instead_of=0),
    )


def _gone(front: Front) -> str:
    if front.kept:
        noun = "message is" if front.size == 1 else "messages are"
        return f"{front.size:,} {noun} gone behind the first {front.kept:,}"
    return "the oldest message is gone" if front.size == 1 else f"the oldest {front.size:,} messages are gone"


def _kept(front: Front) -> str:
    return f"the first {front.kept:,}" if front.kept else "the system prompt"
