"""The turns of a pair that are not sent again as they were, and how each is put back as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from promptlint.lint.context import PairContext
from promptlint.lint.pieces import Change, Piece, content_changes, pieces
from promptlint.lint.spelling import spelled
from promptlint.model import Chat, JsonObject

Repair = Callable[[Chat], Chat]


class ChangedTurn(NamedTuple):
    """The same message of both requests, which differs."""

    before: int
    after: int
    old: JsonObject
    new: JsonObject

    @property
    def old_at(self) -> str:
        return f"/messages/{self.before}"

    @property
    def new_at(self) -> str:
        return f"/messages/{self.after}"

    @property
    def role(self) -> str:
        return str(self.new.get("role"))

    def pieces(self) -> tuple[list[Piece], list[Piece]]:
        """The pieces of the content, on both sides."""
        return pieces(self.old, self.old_at), pieces(self.new, self.new_at)

    def content_changes(self) -> Iterator[Change]:
        """The pieces of the content that differ."""
        return content_changes(*self.pieces())


def changed_turns(context: PairContext) -> Iterator[ChangedTurn]:
    """The turns behind the system messages that differ; none where the messages only grew."""
    if context.grew:
        return
    alignment = context.alignment
    yield from _changed(context, alignment.pairs)


def changed_system_messages(context: PairContext) -> Iterator[ChangedTurn]:
    """The leading system messages that differ, where there are as many as before."""
    starts = context.alignment.starts
    if starts.before == starts.after and not context.grew:
        yield from _changed(context, [(number, number) for number in range(starts.before)])


def _changed(context: PairContext, pairs: Sequence[tuple[int, int]]) -> Iterator[ChangedTurn]:
    for before, after in pairs:
        old, new = context.before.messages[before], context.after.messages[after]
        if spelled(old) != spelled(new):
            yield ChangedTurn(before, after, old, new)


def putting(number: int, *messages: JsonObject, instead_of: int = 1) -> Repair:
    """Puts messages at a place of `after`, instead of as many that stand there."""

    def repaired(chat: Chat) -> Chat:
        return replace(chat, messages=[*chat.messages[:number], *messages, *chat.messages[number + instead_of :]])

    return repaired
