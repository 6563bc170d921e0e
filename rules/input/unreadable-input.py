"""KV001: whatever the readers of captures refuse, but for transcripts."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.context import FileContext
from promptlint.lint.rule import Hit, Options, Span


def check(context: FileContext, _options: Options) -> Iterator[Hit]:
    """One hit with the reader's own words, at the place where it stopped."""
    outcome = context.outcome
    if outcome.error is not None and not outcome.is_transcript:
        yield Hit(Span(""), str(outcome.error), place=outcome.place, hint=outcome.error.hint)
