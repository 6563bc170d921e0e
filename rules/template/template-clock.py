"""KV504: the template itself prints the day or the time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.template_context import TemplateContext
from promptlint.template_card.dialogue import DATES

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def check(context: TemplateContext, _options: Options) -> Iterator[Hit]:
    """One hit, with the tokens that stand behind the clock."""
    at = context.moves_with_clock(DAY)
    if at is None:
        return
    minute = context.moves_with_clock(MINUTE)
    first = context.requests[0]
    text = first.render(first.chat) or ""
    tokens = first.count_tokens(text)
    at = at if minute is None else min(at, minute)
    names = [name for name, value in DATES.items() if context.moves_with_clock(DAY, {name: value}) is None]
    step = "day" if minute is None else "minute"
    fields = {"profile": Words(context.model.profile), "lost": tokens - first.count_tokens(text[:at]), "tokens": tokens}
    hint = f"Pass chat_template_kwargs {names[0]}, the same text for a whole conversation." if names else None
    yield Hit(Span(""), Words(step), place=context.place, fields=fields, hint=hint, explains=False)
