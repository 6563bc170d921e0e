"""Values that moved: what differs between the system regions of a pair and has the shape of a clock, a counter, an id …

Each difference belongs to one kind, the most telling that it has the shape of; what has none is left to the rule for
system prompts that changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal, NamedTuple

from promptlint.lint.context import PairContext
from promptlint.lint.detect import clock, counter, live_state, nonce, recall
from promptlint.lint.detect.match import Match
from promptlint.lint.hunks import Hunk
from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Span
from promptlint.lint.system_change import excerpt, real_hunks
from promptlint.lint.texts import Region

Kind = Literal["clock", "date", "nonce", "counter", "recall", "live-state"]
Find = Callable[[str], Sequence[Match]]

MOST_BESIDE = 16  # letters and digits of a difference that may stand outside of the values in it
BLOCKS: frozenset[Kind] = frozenset(("recall", "live-state"))  # whole sections, of which any line may differ
# What a line says beside a number that counts something.
METER = re.compile(
    r"[%\[\]<>()]|\b(?:used|left|remain\w*|so far|chars?|tokens?|budget|usage|context|count\w*|turns?|messages?|steps?|"
    r"total|calls?|requests?|iterations?|lines?|entries|items|size|cost|spent)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"\w")
TIME = re.compile(r"(?<!\d)\d{1,2}[:h.]\d\d(?:[:.]\d\d)?(?:[.,]\d{1,9})?(?!\d)")


class Moved(NamedTuple):
    """A value, or a section, as it stands in each of the regions; (n, n) where it is not there."""

    kind: Kind
    name: str
    before: tuple[int, int]
    after: tuple[int, int]
    hunks: tuple[Hunk, ...]


class _Shape(NamedTuple):
    kind: Kind
    strict: Find
    loose: Find


def _clock(loose: bool, dates: bool) -> Find:
    def find(text: str) -> list[Match]:
        found = clock.loose(text) if loose else clock.find(text, None)
        return [one for one in found if (one.granularity == "day") is dates]

    return find


def _counter(text: str) -> list[Match]:
    """Numbers in lines that speak of counting; those in what is surely recalled text, or live state, belong to that."""
    blocks = [*recall.find(text), *live_state.find(text)]
    found, start = [], 0
    for line in text.split("\n"):
        if METER.search(line):
            moved = (replace(one, start=one.start + start, end=one.end + start) for one in counter.loose(line))
            found += [one for one in moved if not any(block.start <= one.start < block.end for block in blocks)]
        start += len(line) + 1
    return found


# The most telling first: a number inside of a clock is no counter.
SHAPES = (
    _Shape("clock", _clock(loose=False, dates=False), _clock(loose=True, dates=False)),
    _Shape("date", _clock(loose=False, dates=True), _clock(loose=True, dates=True)),
    _Shape("nonce", nonce.find, nonce.loose),
    _Shape("counter", counter.find, _counter),
    _Shape("recall", recall.find, recall.loose),
    _Shape("live-state", live_state.find, live_state.loose),
)


def moved_values(context: PairContext, kind: Kind) -> Iterator[Hit]:
    """A hit for each value of a kind that moved, appeared or went away between the two system regions."""
    for one in _moved(context):
        if one.kind == kind:
            yield _hit(context.before.system, context.after.system, one)


def _hit(before: Region, after: Region, one: Moved) -> Hit:
    first = one.hunks[0]
    # Of a section, the place is what differs first in it; a value is shown whole.
    at = (first.after_start, first.after_end) if one.kind in BLOCKS else one.after
    was = (first.before_start, first.before_end) if one.kind in BLOCKS else one.before
    show = excerpt if one.kind in BLOCKS else _value_text
    text, old = (
        "" if start == end else show(side.text, start, end) for side, (start, end) in ((after, at), (before, was))
    )
    return Hit(
        after.span(*at),
        text or old,
        related=before.span(*was),
        message=_message(old, text),
        fields={"before": old, "name": Words(one.name)},
        claims=(*_claims(after, one.hunks), after.span(*one.after)),
        related_claims=(before.span(*one.before),),
        remedy=_remedy(old, text) if one.kind == "clock" else None,
    )


def _remedy(before: str, after: str) -> str | None:
    """Of a clock whose day is the same on both sides, the day can stay."""
    days = {TIME.sub("", text) for text in (before, after)}
    return "with date-only" if len(days) == 1 and any(map(str.isdigit, days.pop())) else None


def _value_text(text: str, start: int, end: int) -> str:
    return text[start:end].strip()


NAMES: dict[Kind, str] = {"clock": "clock", "date": "date", "nonce": "id", "counter": "counter"}


def _message(before: str, after: str) -> str:
    if before and after:
        return "the {name} in the system prompt changed: {before!r} became {text!r}"
    return "the {name} in the system prompt changed: {text!r} " + ("is new" if after else "is gone")


def _claims(region: Region, hunks: Iterable[Hunk]) -> Iterator[Span]:
    for hunk in hunks:
        yield region.span(hunk.after_start, hunk.after_end)


@lru_cache(maxsize=8)  # six rules ask for the same pair in turn
def _moved(context: PairContext) -> tuple[Moved, ...]:
    hunks = real_hunks(context)
    if not hunks:
        return ()
    before, after = context.before.system.text, context.after.system.text
    found: list[Moved] = []
    left = hunks
    for shape in SHAPES:
        explained = _explained(shape, before, after, left)
        found += explained
        taken = {hunk for one in explained for hunk in one.hunks}
        left = [hunk for hunk in left if hunk not in taken]
    return tuple(sorted(found, key=lambda one: one.after))


def _explained(shape: _Shape, before: str, after: str, hunks: Sequence[Hunk]) -> list[Moved]:
    """The values of one kind that account for some of the hunks, those in one value together."""
    if not hunks:
        return []
    strict, loose = ((find(before), find(after)) for find in (shape.strict, shape.loose))
    found: dict[tuple[str, tuple[int, int], tuple[int, int]], list[Hunk]] = {}
    for hunk in hunks:
        old = _value(hunk.before_start, hunk.before_end, strict[0], loose[0])
        new = _value(hunk.after_start, hunk.after_end, strict[1], loose[1])
        if not _is_moved(shape.kind, hunk, old, new) or not _accounts_for(shape.kind, hunk, before, after, old, new):
            continue
        was = (old.start, old.end) if old else (hunk.before_start, hunk.before_end)
        now = (new.start, new.end) if new else (hunk.after_start, hunk.after_end)
        name = NAMES.get(shape.kind) or (new or old or _NOTHING).name
        found.setdefault((name, was, now), []).append(hunk)
    return [Moved(shape.kind, name, was, now, tuple(of)) for (name, was, now), of in found.items()]


def _is_moved(kind: Kind, hunk: Hunk, old: _Value | None, new: _Value | None) -> bool:
    """Is it on both sides; on one side only it must be sure to be one, and a section has nothing in its place."""
    if old and new:
        return True
    if old:
        return old.sure and (kind not in BLOCKS or hunk.after_start == hunk.after_end)
    return new is not None and new.sure and (kind not in BLOCKS or hunk.before_start == hunk.before_end)


class _Value(NamedTuple):
    start: int
    end: int
    sure: bool
    name: str


_NOTHING = _Value(0, 0, False, "")


def _value(start: int, end: int, strict: Sequence[Match], loose: Sequence[Match]) -> _Value | None:
    """What a stretch lies in, or from its first value to its last where it holds several."""
    inside = [
        (one, sure) for matches, sure in ((strict, True), (loose, False)) for one in matches if _meets(one, start, end)
    ]
    if not inside:
        return None
    sure = any(known for _, known in inside)
    start, end = min(one.start for one, _ in inside), max(one.end for one, _ in inside)
    return _Value(start, end, sure, inside[0][0].kind)


def _meets(match: Match, start: int, end: int) -> bool:
    if start == end:  # a line that comes next to a block begins behind the line feed that ends it
        return match.start <= start <= match.end + 1
    return match.start < end and start < match.end


def _accounts_for(kind: Kind, hunk: Hunk, before: str, after: str, old: _Value | None, new: _Value | None) -> bool:
    """Is nearly all that differs the value itself: a clock in a page that was replaced explains nothing.

    Of a section, that the difference begins in it is enough: it may end anywhere.
    """
    sides = ((before, hunk.before_start, hunk.before_end, old), (after, hunk.after_start, hunk.after_end, new))
    if kind in BLOCKS:
        return all(_words(text, start, value.start) <= MOST_BESIDE for text, start, _, value in sides if value)
    return sum(_beside(*side) for side in sides) <= MOST_BESIDE


def _beside(text: str, start: int, end: int, value: _Value | None) -> int:
    """Letters and digits of a stretch outside of the value."""
    if value is None:
        return _words(text, start, end)
    return _words(text, start, min(end, value.start)) + _words(text, max(start, value.end), end)


def _words(text: str, start: int, end: int) -> int:
    return len(WORD.findall(text[start:end])) if start < end else 0
