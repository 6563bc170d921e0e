"""KV407: a summary stands in place of the messages that it sums up."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.context import PairContext
from promptlint.lint.front import all_behind, compaction
from promptlint.lint.rule import Hit, Options, Span


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """One hit, at the summary; it explains the whole history."""
    found = compaction(context)
    if found is None:
        return
    front, summary = found
    yield Hit(
        summary.span,
        summary.text,
        related=Span(f"/messages/{front.first}"),
        fields={"messages": len(context.alignment.removed)},
        identity="summary",
        claims=all_behind(context, context.alignment.starts.after),
        related_claims=tuple(Span(f"/messages/{number}") for number in context.alignment.removed),
    )
