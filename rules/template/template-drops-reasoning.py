"""KV501: the template takes the reasoning out of turns that it had printed with it."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.template_context import Growth, TemplateContext
from promptlint.template_card.dialogue import KEEPING


def check(context: TemplateContext, _options: Options) -> Iterator[Hit]:
    """One hit: the turn that loses most by it."""
    found = [one for one in context.broken if one.drops_reasoning()]
    if not found:
        return
    worst = max(found, key=lambda one: one.lost())
    lost, tokens = worst.lost()
    names = [name for name, value in KEEPING.items() if _keeps(worst, name, value)]
    hint = f"Pass chat_template_kwargs {names[0]}: the template then keeps the reasoning." if names else None
    yield Hit(
        Span(""),
        "reasoning",
        place=context.place,
        fields={"profile": Words(context.model.profile), "turn": Words(worst.turn), "lost": lost, "tokens": tokens},
        hint=hint,
    )


def _keeps(growth: Growth, name: str, value: object) -> bool:
    return growth.without(arguments={name: value}) is True
