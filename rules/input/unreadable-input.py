"""KV001: whatever the readers of captures refuse, but for transcripts: a whole file, or a record of one."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.context import FileContext
from promptlint.lint.message import Saying
from promptlint.lint.rule import Hit, Options, Span


def check(context: FileContext, _options: Options) -> Iterator[Hit]:
    """A hit with the reader's own words for each place where it stopped.

    A file that nobody named may be anything; but one that has requests is a capture, and a broken record in it is
    worth a warning.
    """
    outcome = context.outcome
    for one in outcome.capture.skipped if outcome.capture is not None else ():
        if one.place is not None:
            yield Hit(Span(""), Saying(one.reason), place=one.place, severity=None if outcome.named else "warning")
    if outcome.error is not None and not outcome.is_transcript:
        yield Hit(Span(""), Saying(outcome.error), place=outcome.place, hint=outcome.error.hint)
