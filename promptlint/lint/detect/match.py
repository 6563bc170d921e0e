"""What every detector returns."""

from __future__ import annotations

from typing import Literal

from promptlint.records import dataclass

# Texts that each detector remembers: several rules ask about the same one, and it stands in every turn of a session.
REMEMBERED = 256
MOST = 1000  # values in one text that are looked at: a page of nothing but clocks has told enough
Granularity = Literal["second", "minute", "hour", "day"]


@dataclass(frozen=True, slots=True)
class Match:
    """A volatile value in a text; offsets count code points."""

    start: int
    end: int
    kind: str  # a short noun phrase for messages: "epoch milliseconds"
    granularity: Granularity | None = None  # of a clock: how often it changes
    anchored: bool = False  # words beside it say what it is


def disjoint(matches: list[Match]) -> list[Match]:
    """The matches in order of place, of overlapping ones the first and longest."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda one: (one.start, -one.end)):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept
