"""Pieces → clock values: a date and the time beside it are one value, with its weekday, year and zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.lint.detect.calendar_words import BETWEEN, WEEKDAYS
from promptlint.lint.detect.clock_pieces import Piece, pieces
from promptlint.lint.detect.late import late
from promptlint.lint.detect.match import Granularity
from promptlint.records import dataclass

WIDEST_GAP = 48
_WORDS = late(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_OTHER = late(r"""[\s,@|·/().:：="'`*\[\]{}<>&;、，–—-]*+""")
_YEAR_AFTER = late(r"\s(20\d\d)(?![\d:/-]|\.\d)")
_HALF_DAY = late(r"(?:午前|午後|上午|下午|晚上|早上|凌晨|中午|오전|오후|ngày|ngay|昼|夜|朝)\s?\Z")
_DAY_BEFORE = late(r"([^\W\d_]+(?:-feira)?)[.,]?\s?(?:(?:the|der|den|dem|le|de|o)\s)?[(（]?\Z")


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock value, not yet judged: the whole extent, and the pieces that say what it is."""

    start: int
    end: int
    date: Piece | None
    time: Piece | None

    @property
    def kind(self) -> str:
        """What it is, in the words of a message."""
        if self.date is not None and self.time is not None and self.date is not self.time:
            return "ISO 8601 time" if self.date.kind == "ISO 8601 date" else "date and time"
        return (self.date or self.time or _NOTHING).kind

    @property
    def granularity(self) -> Granularity:
        """How fine it is, and so how often it changes."""
        if self.time is None:
            return "day"
        if self.time.epoch is not None:
            return "second"
        _, minute, second = self.time.time or (0, None, None)
        if second is not None:
            return "second"
        return "hour" if minute is None else "minute"

    @property
    def moment(self) -> Piece:
        """Date and time of day as one piece, for the reckoning."""
        if self.date is None or self.time is None or self.date is self.time:
            return self.date or self.time or _NOTHING
        return replace(self.date, time=self.time.time, offset=self.time.offset)


_NOTHING = Piece(0, 0, "nothing")


def clocks(text: str) -> Iterator[Clock]:
    """Every clock value of a text, in order; never two for one clock."""
    held: Clock | None = None
    for piece in pieces(text):
        found = _clock(piece)
        joined = _joined(text, held, found) if held is not None else None
        if held is not None and joined is None:
            yield _whole(text, held)
        held = joined or found
    if held is not None:
        yield _whole(text, held)


def _clock(piece: Piece) -> Clock:
    return Clock(
        piece.start,
        piece.end,
        piece if piece.dates else None,
        piece if piece.time is not None or piece.epoch is not None else None,
    )


def _joined(text: str, first: Clock, second: Clock) -> Clock | None:
    """Both as one, where one is a date, the other a time, and only small words stand between."""
    if (first.date is None) == (second.date is None) or (first.time is None) == (second.time is None):
        return None
    time = first.time or second.time
    if time is None or time.epoch is not None or second.start - first.end > WIDEST_GAP:
        return None
    if not only_words(text[first.end : second.start], BETWEEN):
        return None
    return Clock(first.start, second.end, first.date or second.date, time)


def only_words(gap: str, allowed: frozenset[str]) -> bool:
    """Is there nothing but spaces, punctuation and words of a kind."""
    rest = _WORDS.sub("", gap)
    if _OTHER.fullmatch(rest) is None or gap.count("\n") > 2:
        return False
    words = [word.lower() for word in _WORDS.findall(gap)]
    return all(word in allowed or word in WEEKDAYS or word.endswith("-feira") for word in words)


def _whole(text: str, clock: Clock) -> Clock:
    start, end, day = clock.start, clock.end, clock.date
    if day is not None and day.dates and day.dates[0][0] is None:
        year = _YEAR_AFTER.match(text, end)
        if year is not None:
            end = year.end()
            day = replace(day, dates=tuple((int(year[1]), month, number) for _, month, number in day.dates), sure=True)
    found = _HALF_DAY.search(text[max(0, start - 6) : start])
    if found is not None:
        start -= len(found[0])
    found = _DAY_BEFORE.search(text[max(0, start - 22) : start])
    if found is not None and found[1].lower() in WEEKDAYS and "\n" not in found[0]:
        start -= len(found[0])
    return Clock(start, end, day, clock.time)
