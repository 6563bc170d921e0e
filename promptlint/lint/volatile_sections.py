"""Which sections of one request's system region change with time, as far as their own words tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from promptlint.lint.detect import clock, counter, live_state, nonce, recall
from promptlint.lint.detect.match import Match
from promptlint.lint.sections import Layout
from promptlint.lint.texts import Region


class VolatileSection(NamedTuple):
    """A stretch of the region that is not the same next time, and the value that tells it."""

    start: int
    end: int
    match: Match  # offsets in the region
    snapshot: bool  # state that may as well have been frozen when the session began


def volatile_sections(region: Region, layout: Layout, now: datetime | None) -> list[VolatileSection]:
    """In order, where they begin. A date is none: it changes at midnight."""
    found = []
    for text, start in zip(region.texts, region.starts(), strict=True):
        for match, is_text, snapshot in _matches(text.text, now):
            if match.granularity != "day":
                moved = Match(match.start + start, match.end + start, match.kind, match.granularity, match.anchored)
                found.append(VolatileSection(*_extent(layout, moved, whole=is_text), moved, snapshot))
    return sorted(found, key=lambda one: (one.match.start, one.end))


def stable_stretches(found: list[VolatileSection], start: int, end: int) -> list[tuple[int, int]]:
    """What is left of a stretch of the region without them."""
    stretches, place = [], start
    for one in sorted(found, key=lambda each: each.start):
        if one.start > place:
            stretches.append((place, one.start))
        place = max(place, one.end)
    return [*stretches, (place, end)] if place < end else stretches


def _matches(text: str, now: datetime | None) -> Iterator[tuple[Match, bool, bool]]:
    """Each with two questions answered: does all its section change with it, and may it be a frozen snapshot."""
    yield from ((match, False, False) for match in clock.find(text, now))
    yield from ((match, False, False) for match in counter.find(text))
    yield from ((match, False, False) for match in nonce.find(text))
    yield from ((match, True, False) for match in recall.find(text))
    yield from ((match, True, True) for match in live_state.find(text))


def _extent(layout: Layout, match: Match, *, whole: bool) -> tuple[int, int]:
    """The paragraph of a value; for text that was put in, the tag or the heading that it stands in."""
    section = layout.at(match.start) or layout.sections[0]
    if not whole:
        return section.start, max(section.end, match.end)
    block = next((one for one in layout.blocks if one.start <= match.start < one.opened), None)
    start, end = (block.start, block.end) if block is not None else layout.group(section.group)
    return start, max(end, match.end)
