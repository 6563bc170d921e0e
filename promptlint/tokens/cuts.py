"""Where a text may be cut so that its pieces can be encoded one by one: at the tokenizer's added tokens.

The parent process cuts, with a list that the child read out of a stranger's tokenizer, so the pattern is one whose
work is bounded by the text and the longest token: a trie, in which each character decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MOST_CHARACTERS = 1_000_000  # of all added tokens; the most seen in a real model are 90,000
DEEPEST = 60  # places where a token ends or splits inside another one; real ones have four


class SegmentKey(NamedTuple):
    """A gap between two added tokens, with its neighbours: all that its ids depend on."""

    left: str
    gap: str
    right: str


class Cut(NamedTuple):
    """A segment at a place of a text: `start` is the offset of its gap."""

    start: int
    key: SegmentKey


def cut_text(text: str, pattern: re.Pattern[str] | None) -> Iterator[Cut]:
    """The text cut at its added tokens, in order; one segment when it must be encoded whole."""
    left, start = "", 0
    if pattern is not None:
        for match in pattern.finditer(text):
            right = match[0]
            yield Cut(start, SegmentKey(left, text[start : match.start()], right))
            left, start = right, match.end()
    yield Cut(start, SegmentKey(left, text[start:], ""))


def pattern_of(tokens: Sequence[str] | None) -> re.Pattern[str] | None:
    """Finds these tokens, the leftmost and of those the longest; None where there are none, or far too many."""
    if not tokens or sum(map(len, tokens)) > MOST_CHARACTERS:
        return None
    written = _written(sorted(set(tokens)), 0, 0)
    return None if written is None else re.compile(written)


def _written(tokens: Sequence[str], at: int, depth: int) -> str | None:
    """A pattern for the sorted tokens, which have the first `at` characters in common; longer ones come first."""
    if depth > DEEPEST:
        return None
    shared = _shared(tokens[0], tokens[-1], at)
    ends = len(tokens[0]) == shared
    rest = tokens[1:] if ends else tokens
    if not rest:
        return re.escape(tokens[0][at:])
    branches = [_written(group, shared, depth + 1) for group in _groups(rest, shared)]
    if None in branches:
        return None
    inner = "|".join(branch for branch in branches if branch is not None)
    return f"{re.escape(tokens[0][at:shared])}(?:{inner}){'?' if ends else ''}"


def _shared(first: str, last: str, at: int) -> int:
    while at < min(len(first), len(last)) and first[at] == last[at]:
        at += 1
    return at


def _groups(tokens: Sequence[str], at: int) -> Iterator[Sequence[str]]:
    start = 0
    for number in range(1, len(tokens) + 1):
        if number == len(tokens) or tokens[number][at] != tokens[start][at]:
            yield tokens[start:number]
            start = number
