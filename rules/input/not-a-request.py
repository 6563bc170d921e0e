"""KV003: transcripts of agents, which are no requests."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.context import FileContext
from promptlint.lint.message import Saying
from promptlint.lint.rule import Hit, Options, Span


def check(context: FileContext, _options: Options) -> Iterator[Hit]:
    """One hit that names whose transcript it is."""
    outcome = context.outcome
    if outcome.error is not None and outcome.is_transcript:
        yield Hit(Span(""), Saying(outcome.error), place=outcome.place, hint=outcome.error.hint)
