"""Messages that come again at another place, and messages whose calls come again in more messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from promptlint.conversation.message import recognised
from promptlint.lint.alignment import SYSTEM, Alignment
from promptlint.lint.calls import calls_of
from promptlint.lint.context import PairContext
from promptlint.model import Chat


class Moved(NamedTuple):
    """An equal message by its numbers, and the messages of `after` that stand between its old place and the new one."""

    before: int
    after: int
    between: tuple[int, ...]

    def back(self, chat: Chat) -> Chat:
        """A copy of `after` with the message where it was."""
        message = chat.messages[self.after]
        messages = [*chat.messages[: self.after], *chat.messages[self.after + 1 :]]
        at = self.after
        if self.between:
            at = self.between[0] if self.between[0] < self.after else self.between[-1]
        return replace(chat, messages=[*messages[:at], message, *messages[at:]])


def moved_messages(context: PairContext) -> list[Moved]:
    """Those that are gone from one place and stand at another, in the order of `after`."""
    tail = list(_moved_tail(context))
    return tail or sorted(_elsewhere(context), key=lambda one: one.after)


def _elsewhere(context: PairContext) -> Iterator[Moved]:
    alignment = context.alignment
    free = [*alignment.inserted, *alignment.appended]
    come = {number: recognised(context.after.messages[number]) for number in free}
    for number in alignment.removed:
        message = recognised(context.before.messages[number])
        at = next((one for one in free if come[one] == message), None)
        if at is not None:
            free.remove(at)
            old = alignment.missing_at(number)
            yield Moved(number, at, tuple(range(at + 1, old)) if at < old else tuple(range(old, at)))


def _moved_tail(context: PairContext) -> Iterator[Moved]:
    """A reminder at the very end that is not kept where it was, but stands behind the new turn again."""
    alignment, before, after = context.alignment, context.before.messages, context.after.messages
    if alignment.removed or alignment.appended or not alignment.inserted:
        return
    first, last = alignment.inserted[0], alignment.inserted[-1]
    tail = [pair for pair in alignment.pairs if pair.after > first]
    roles = {str(before[pair.before].get("role")) for pair in tail}
    is_one_run = last - first + 1 == len(alignment.inserted) and tail[0].after == last + 1
    if not is_one_run or after[first].get("role") != "assistant" or roles & {"assistant", "tool"}:
        return
    if len(tail) < len(alignment.inserted) or roles <= {*SYSTEM}:
        yield from (Moved(pair.before, pair.after, alignment.inserted) for pair in tail)


def without_moved(alignment: Alignment, moved: Sequence[Moved]) -> Alignment:
    """The alignment without what is explained by messages that moved."""
    old, new = {one.before for one in moved}, {one.after for one in moved}
    if any(pair in alignment.pairs for pair in ((one.before, one.after) for one in moved)):  # the tail
        new.update(number for one in moved for number in one.between)
    return replace(
        alignment,
        removed=tuple(number for number in alignment.removed if number not in old),
        inserted=tuple(number for number in alignment.inserted if number not in new),
        appended=tuple(number for number in alignment.appended if number not in new),
    )


def split_calls(context: PairContext, before: int, after: int, inserted: Sequence[int]) -> list[int]:
    """The messages behind one of `after` that hold the calls which it had in `before`, and nothing else."""
    if not inserted:
        return []
    old = [(call.name, call.arguments) for call in calls_of(context.before.messages, before)]
    kept = [(call.name, call.arguments) for call in calls_of(context.after.messages, after)]
    left = [call for call in old if call not in kept]
    found = []
    for number in inserted:
        calls = [(call.name, call.arguments) for call in calls_of(context.after.messages, number)]
        if number > after and calls and all(call in left for call in calls):
            found.append(number)
            left = [call for call in left if call not in calls]
    return found
