"""What differs between two texts: lines first, then words inside of the lines that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from promptlint.common_prefix import common_prefix

WORD = re.compile(r"\w++|[^\w\n]|\n")
MOST_LINES = 3000  # beyond, and with too many words, what differs is one hunk: the comparison is quadratic
MOST_WORDS = 1500


class Hunk(NamedTuple):
    """A stretch that was replaced: [start, end) of both texts; an insertion or a removal is empty on one side."""

    before_start: int
    before_end: int
    after_start: int
    after_end: int

    def moved(self, before: int, after: int) -> Hunk:
        """The hunk in texts that begin so much earlier."""
        return Hunk(
            self.before_start + before, self.before_end + before, self.after_start + after, self.after_end + after
        )


def hunks(before: str, after: str) -> tuple[Hunk, ...]:
    """The hunks in order; empty for equal texts."""
    if before == after:
        return ()
    start = common_prefix(before, after)
    end = common_prefix(before[start:][::-1], after[start:][::-1])
    # Whole lines around what differs, so that the comparison sees them as they were written.
    start = before.rfind("\n", 0, start) + 1
    end -= _rest_of_line(before[len(before) - end :])
    left, right = before[start : len(before) - end], after[start : len(after) - end]
    return tuple(_joined(hunk.moved(start, start) for hunk in _by_lines(left, right)))


def _rest_of_line(tail: str) -> int:
    found = tail.find("\n")
    return len(tail) if found < 0 else found + 1


def _by_lines(before: str, after: str) -> Iterator[Hunk]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > MOST_LINES:
        yield Hunk(0, len(before), 0, len(after))
        return
    for hunk in _matched(old, new):
        left, right = before[hunk.before_start : hunk.before_end], after[hunk.after_start : hunk.after_end]
        for inner in _by_words(left, right):
            yield inner.moved(hunk.before_start, hunk.after_start)


def _by_words(before: str, after: str) -> Iterator[Hunk]:
    old, new = WORD.findall(before), WORD.findall(after)
    if not old or not new or max(len(old), len(new)) > MOST_WORDS:
        yield Hunk(0, len(before), 0, len(after))
        return
    matched = list(_matched(old, new))
    same = len(before) - sum(hunk.before_end - hunk.before_start for hunk in matched)
    if same * 3 < len(before):  # two other texts: the words that they share by chance tell nothing
        yield Hunk(0, len(before), 0, len(after))
    else:
        yield from matched


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[Hunk]:
    at_old, at_new = _offsets(old), _offsets(new)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Hunk(at_old[i1], at_old[i2], at_new[j1], at_new[j2])


def _offsets(pieces: Sequence[str]) -> list[int]:
    offsets = [0]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    return offsets


def _joined(found: Iterator[Hunk]) -> Iterator[Hunk]:
    """Hunks with at most two characters between them are one: the parts of a number, a time, a path."""
    last = next(found)
    for hunk in found:
        if hunk.before_start - last.before_end <= 2 and hunk.after_start - last.after_end <= 2:
            last = Hunk(last.before_start, hunk.before_end, last.after_start, hunk.after_end)
        else:
            yield last
            last = hunk
    yield last
