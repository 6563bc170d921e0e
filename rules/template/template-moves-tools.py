"""KV502: the template prints the tool list at another place when a turn is added."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.template_context import TemplateContext


def check(context: TemplateContext, _options: Options) -> Iterator[Hit]:
    """One hit: the turn that loses most by it."""
    found = [one for one in context.broken if one.moves_tools()]
    if found:
        worst = max(found, key=lambda one: one.lost())
        lost, tokens = worst.lost()
        fields = {"profile": Words(context.model.profile), "turn": Words(worst.turn), "lost": lost, "tokens": tokens}
        yield Hit(Span(""), "tools", place=context.place, fields=fields)
