"""Which message of a later request is the same turn as which of an earlier one.

By index, as long as that explains as much as an insertion or a removal would: histories are edited in place far more
often than they are shifted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from promptlint.common_prefix import common_prefix
from promptlint.conversation.message import Message, recognised
from promptlint.lint.spelling import spelled
from promptlint.model import JsonObject
from promptlint.records import dataclass

SYSTEM = ("system", "developer")
MOST_PAIRINGS = 200_000  # of equal messages; beyond that, equal ones are told apart by their order
LOOK_AHEAD = 8  # messages of an edited stretch in which the same turn is looked for
_ALIKE = 0.5  # share of the shorter text that both begin and end with, or of the words of the longer one
_LEAST_ENDS = 16  # characters: shorter texts begin and end alike by chance
_LEAST_WORDS = 3
_LONGEST = 4000  # characters of a text of which the words are compared


class Pairing(NamedTuple):
    """A message of `before` and the same turn in `after`, by their numbers in the whole lists."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """The messages behind the leading system messages, by their numbers in the whole lists."""

    pairs: tuple[Pairing, ...]
    removed: tuple[int, ...]  # of `before`, in no pair
    inserted: tuple[int, ...]  # of `after`, in no pair, and a pair behind them
    appended: tuple[int, ...]  # of `after`, behind the last pair
    starts: Pairing  # the first messages behind the system messages

    def missing_at(self, number: int) -> int:
        """Where a message of `before` that is gone would stand in `after`: behind the turn that it followed."""
        at = bisect_left(self.pairs, (number, 0))
        return self.pairs[at - 1].after + 1 if at else self.starts.after


def align(before: Sequence[JsonObject], after: Sequence[JsonObject]) -> Alignment:
    """The same turns of two requests of a conversation."""
    starts = Pairing(_leading(before), _leading(after))
    # Equal messages, which is nearly all of them, need no closer look.
    rest = _equal_start(before, after, starts)
    same = [Pairing(starts.before + number, starts.after + number) for number in range(rest)]
    base = Pairing(starts.before + rest, starts.after + rest)
    old, new = ([recognised(one) for one in side[first:]] for side, first in zip((before, after), base, strict=True))
    same += [Pairing(base.before + left, base.after + right) for left, right in _pairs(old, new)]
    known, found = {pair.before for pair in same}, {pair.after for pair in same}
    last = same[-1].after if same else len(after)
    left_over = [number for number in range(starts.after, len(after)) if number not in found]
    return Alignment(
        pairs=tuple(same),
        removed=tuple(number for number in range(starts.before, len(before)) if number not in known),
        inserted=tuple(number for number in left_over if number < last and same),
        appended=tuple(number for number in left_over if number > last or not same),
        starts=starts,
    )


def _leading(messages: Sequence[JsonObject]) -> int:
    roles = (number for number, message in enumerate(messages) if message.get("role") not in SYSTEM)
    return next(roles, len(messages))


def _equal_start(before: Sequence[JsonObject], after: Sequence[JsonObject], starts: Pairing) -> int:
    count = 0
    for old, new in zip(before[starts.before :], after[starts.after :], strict=False):
        if old != new and spelled(old) != spelled(new):
            break
        count += 1
    return count


def _pairs(old: Sequence[Message], new: Sequence[Message]) -> Iterator[tuple[int, int]]:
    """Blocks of equal messages, and between them those that are alike."""
    if not old or not new:
        return
    by_index = [(number, number) for number, (one, other) in enumerate(zip(old, new, strict=False)) if one == other]
    shifted = _shifted(old, new) if len(by_index) < len(old) else by_index
    equal = shifted if len(shifted) > len(by_index) else by_index
    at = (0, 0)
    for block in [*equal, (len(old), len(new))]:
        is_last = block == (len(old), len(new))
        yield from _between(old, new, at, block, open_end=is_last)
        if not is_last:
            yield block
            at = block[0] + 1, block[1] + 1


def _shifted(old: Sequence[Message], new: Sequence[Message]) -> list[tuple[int, int]]:
    """Equal messages wherever they stand, in order."""
    left, right = _keys(old), _keys(new)
    counts, others = Counter(left), Counter(right)
    if sum(count * others[key] for key, count in counts.items()) > MOST_PAIRINGS:
        left, right = _numbered(left), _numbered(right)
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    return [(block.a + step, block.b + step) for block in blocks for step in range(block.size)]


def _keys(messages: Sequence[Message]) -> list[tuple[object, int]]:
    return [(message, 0) for message in messages]


def _numbered(keys: Sequence[tuple[object, int]]) -> list[tuple[object, int]]:
    seen: Counter[object] = Counter()
    numbered = []
    for key, _ in keys:
        seen[key] += 1
        numbered.append((key, seen[key]))
    return numbered


def _between(
    old: Sequence[Message], new: Sequence[Message], start: tuple[int, int], end: tuple[int, int], *, open_end: bool
) -> Iterator[tuple[int, int]]:
    """The same turns of a stretch in which nothing is equal; by index where it is as long on both sides."""
    left, right = start
    in_step = end[0] - left == end[1] - right or (open_end and end[1] - right >= end[0] - left)
    while left < end[0] and right < end[1]:
        if in_step and _is_same_turn(old[left], new[right], beside=True):
            yield left, right
            left, right = left + 1, right + 1
            continue
        ahead = next(
            (at for at in range(right, min(end[1], right + LOOK_AHEAD)) if _is_same_turn(old[left], new[at])), None
        )
        if in_step:
            ahead = None
        if ahead is None:
            left, right = left + 1, right + (1 if in_step else 0)
            continue
        yield left, ahead
        left, right = left + 1, ahead + 1


def _is_same_turn(old: Message, new: Message, *, beside: bool = False) -> bool:
    """Is it the same role with similar text or the same calls; `beside`: at the same place, less will do."""
    if old.role != new.role:
        return False
    if old == new or (old.calls and _names(old) == _names(new)):
        return True
    if beside and set(_names(old)) & set(_names(new)):  # a call came or is gone
        return True
    if old.role == "tool" and beside:  # a result is what its call asked for, whatever is left of it
        return True
    if (old.others or new.others) and beside:  # an image or a note in its place
        return True
    if old.calls or new.calls:
        return bool(old.text) and old.text == new.text
    return is_similar(old.text, new.text)


def _names(message: Message) -> list[str]:
    return [name for name, _ in message.calls]


def is_similar(old: str, new: str) -> bool:
    """Do two texts share their ends, one the other as a whole, or half of their words."""
    if not old or not new:
        return old == new
    least = min(len(old), len(new))
    head = common_prefix(old, new)
    tail = common_prefix(old[head:][::-1], new[head:][::-1])
    if head + tail >= least * _ALIKE and head + tail >= min(_LEAST_ENDS, len(max(old, new, key=len)) * _ALIKE):
        return True
    short, long = sorted((old, new), key=len)
    if short in long:
        return True
    words, others = Counter(old[:_LONGEST].split()), Counter(new[:_LONGEST].split())
    shared = sum((words & others).values())
    return shared >= _LEAST_WORDS and shared >= max(words.total(), others.total()) * _ALIKE
