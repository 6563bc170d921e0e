"""The front of a history that is gone: dropped, or replaced by a summary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from promptlint.conversation.message import recognised
from promptlint.lint.alignment import Pairing
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.history_marks import is_summary
from promptlint.lint.pieces import Piece, pieces
from promptlint.lint.rule import Span

MOST_KEPT = 3  # messages at the start that clients like to keep
MOST_SUMMARIES = 3  # messages that a summary, with an answer to it, takes


class Front(NamedTuple):
    """Messages of `before` that are gone, from `first` on, and where the rest goes on in `after`."""

    first: int
    size: int
    kept: int  # messages in front of them that are still there
    at: int  # of `after`
    back: int  # messages behind them that come again, further to the front


def lost_front(context: PairContext) -> Front | None:
    """The messages that are gone from the front, where any are."""
    alignment = context.alignment
    if context.grew or not alignment.removed:
        return None
    first = alignment.removed[0]
    kept = first - alignment.starts.before
    if kept > MOST_KEPT:
        return None
    gone = {*alignment.removed}
    count = next(step for step in range(len(context.before.messages) + 1) if first + step not in gone)
    before, after = context.before.messages, context.after.messages
    behind = (pair for pair in alignment.pairs if pair.before > first)
    again = (pair for pair in behind if _moved_up(context, pair))
    back = sum(recognised(before[pair.before]) == recognised(after[pair.after]) for pair in again)
    return Front(first, count, kept, alignment.missing_at(first), back)


def _moved_up(context: PairContext, pair: Pairing) -> bool:
    starts = context.alignment.starts
    return pair.before - starts.before > pair.after - starts.after


def dropped_front(context: PairContext) -> Front | None:
    """The same where the rest comes again, moved up, and no summary stands for what is gone."""
    front = lost_front(context)
    if front is None or front.kept >= MOST_KEPT or (front.kept and front.size < 2):
        return None
    if front.back == 0 or 2 * front.back < len(context.before.messages) - front.first - front.size:
        return None
    return None if new_summary(context, front) is not None else front


class Summary(NamedTuple):
    """A summary that `after` has and `before` had not."""

    span: Span
    text: str


def compaction(context: PairContext) -> tuple[Front, Summary] | None:
    """The front and the summary that stands in its place."""
    front = lost_front(context)
    if front is None or len(context.alignment.removed) < 2:
        return None
    found = new_summary(context, front)
    return None if found is None else (front, found)


def new_summary(context: PairContext, front: Front) -> Summary | None:
    """The first text in front of what is left, or in the system prompt, that says of itself that it is one."""
    known = {piece.text for number in range(len(context.before.messages)) for piece in _texts(context.before, number)}
    for number in _candidates(context, front):
        for piece in _texts(context.after, number):
            if piece.text not in known and is_summary(piece.text):
                return Summary(Span(piece.pointer), piece.text)
    region = context.after.system
    for hunk in context.system_hunks:
        text = region.text[hunk.after_start : hunk.after_end]
        if is_summary(text):
            return Summary(region.span(hunk.after_start, hunk.after_end), text)
    return None


def _candidates(context: PairContext, front: Front) -> Iterator[int]:
    """Messages of `after` from the first on to the first that follows what is gone."""
    alignment = context.alignment
    back = next((pair.after for pair in alignment.pairs if pair.before > front.first), len(context.after.messages))
    yield from range(alignment.starts.after, min(back, front.at + MOST_SUMMARIES))


def _texts(side: RequestContext, number: int) -> Iterator[Piece]:
    yield from (piece for piece in pieces(side.messages[number], f"/messages/{number}") if piece.is_text)


def all_behind(context: PairContext, number: int) -> tuple[Span, ...]:
    """The messages of `after` from one on."""
    return tuple(Span(f"/messages/{at}") for at in range(number, len(context.after.messages)))
