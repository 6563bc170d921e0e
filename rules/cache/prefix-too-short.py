"""KV601: the common prefix of a pair is shorter than the earlier prompt, and nothing more specific explains why."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.context import PairContext
from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Options, Span


def check(context: PairContext, options: Options) -> Iterator[Hit]:
    """One hit at the divergence, unless another rule has claimed the place."""
    pair = context.pair
    lost, divergence = pair.lost_tokens or 0, pair.divergence
    if pair.status != "broken" or divergence is None:
        return
    if lost <= options["max-lost-tokens"] and (pair.kept or 0) >= options["min-kept"]:
        return
    if context.divergence_is_claimed():
        return
    yield Hit(
        Span(divergence.after.place.pointer, divergence.after.place.offset),
        in_body=True,
        place=divergence.after.place,
        related=Span(divergence.before.place.pointer, divergence.before.place.offset),
        fields={
            "lost": lost,
            "tokens": pair.before_tokens,
            "at": divergence.token,
            "region": Words(divergence.region),
            "approximate": Words("" if context.exact else " (approximate numbers)"),
        },
        hint="The requests only grew: the chat template itself rewrites earlier turns." if context.grew else None,
        severity="warning" if context.grew else None,
        identity=divergence.region,
    )
