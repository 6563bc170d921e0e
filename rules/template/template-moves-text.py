"""KV503: the template changes or moves other text of earlier turns, though the request only grew."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.template_context import Growth, TemplateContext

SHOWN = 40  # characters of either text


def check(context: TemplateContext, _options: Options) -> Iterator[Hit]:
    """One hit: the turn that loses most by it."""
    found = [one for one in context.broken if not one.drops_reasoning() and not one.moves_tools()]
    if found:
        worst = max(found, key=lambda one: one.lost())
        lost, tokens = worst.lost()
        old, new = _shown(worst.before_text, worst), _shown(worst.after_text, worst)
        fields = {"profile": Words(context.model.profile), "turn": Words(worst.turn), "lost": lost, "tokens": tokens}
        yield Hit(Span(""), old, place=context.place, fields={**fields, "new": new}, identity="text")


def _shown(text: str, growth: Growth) -> str:
    return text[growth.same : growth.same + SHOWN]
