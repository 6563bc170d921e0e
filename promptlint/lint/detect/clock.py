"""KV101, KV102, KV107: values of the wall clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice

from promptlint.lint.detect.calendar_words import WEEKDAYS
from promptlint.lint.detect.clock_anchors import CONDITION
from promptlint.lint.detect.clock_context import (
    Surroundings,
    anchored,
    constant,
    recurring,
    said_today,
    scheduled,
    told_by_another,
)
from promptlint.lint.detect.clock_formats import Clock, clocks
from promptlint.lint.detect.examples import lowered
from promptlint.lint.detect.late import late
from promptlint.lint.detect.match import MOST, REMEMBERED, Match, disjoint

NEAR = timedelta(hours=36)
YEAR = timedelta(days=366)
A_TABLE = 3  # so many values with a label such as "timestamp:" are records, not clocks
FIRST_YEAR = 2015  # no prompt is older: a law, a birth, a copyright
_DIGIT = late(r"\d")
_BEFORE_HOUR = frozenset(" :=：\"'`")
_SHORT_NUMBER = late(r"[0-9](?<!\w[0-9])[0-9]?(?![\w.,:%/-])")
_HOUR = late(
    r"(?:hour(?: of (?:the )?day)?|time|stunde|heure(?: actuelle)?|hora(?: actual| atual)?|小时|時|시|час)[\"'`*]*\s?"
    r"(?:[:=：]|is\b|ist|est|es|é)\s?[\"'`]?\Z"
)
_NOW_WORD = late(
    r"current|local|present|\bnow|aktuell|jetzig|actuel|actual|atual|当前|现在|現在|현재|текущ|hour of", re.IGNORECASE
)
_TODAY_IS = (
    "oday is",
    "oday's day is",
    "ay of ",
    "eekday",
    "eute ist ",
    "oy es ",
    "oje é ",
    "ggi è ",
    "ujourd",
    "ous sommes ",
    "今天是",
    "今日は",
    "오늘은",
    "егодня ",
)
_WEEKDAY = late(
    r".?(?:oday(?:'s day)? is|ay of (?:the )?week(?: is)?\s?:?|eekday\s?[:=]|eute ist|oy es|oje é|ggi è|"
    r"ujourd['’]hui,? (?:c'est|nous sommes)|ous sommes|今天是|今日は|오늘은|егодня)"
    r"\s?[\"'`*]{0,3}([^\W\d_]{2,14}(?:-feira)?)(?![\w-])(?!,?\s\w*\s?\d)"
)


@lru_cache(maxsize=REMEMBERED)
def find(text: str, now: datetime | None) -> tuple[Match, ...]:
    """Values of the present clock and date; `now` is when the request was captured, if that is known."""
    found = list(islice(_present(text, None if now is None else _naive(now)), MOST)) if _DIGIT.search(text) else []
    found += _hours(text)
    found += _weekdays(text)
    return tuple(disjoint(found))


def loose(text: str) -> list[Match]:
    """Whatever has the shape of a date, a time or an epoch number: for a place where two requests differ.

    Hours at which something opens, closes or comes again are none, unless words say that it is the present.
    """
    around, floor = Surroundings(text), 0
    found = []
    for one in clocks(text):
        if not recurring(around, one) or (anchored(around, one, floor) is not None and not constant(around, one)):
            found.append(Match(one.start, one.end, one.kind, one.granularity))
        floor = one.end
    return found


def _present(text: str, now: datetime | None) -> Iterator[Match]:
    around, floor = Surroundings(text), 0
    labelled: list[Match] = []
    for clock in clocks(text):
        match, only_label = _judge(around, clock, floor, now)
        floor = clock.end
        if match is not None and only_label:
            labelled.append(match)
        elif match is not None:
            yield match
    if len(labelled) < A_TABLE:
        yield from labelled


def _judge(around: Surroundings, clock: Clock, floor: int, now: datetime | None) -> tuple[Match | None, bool]:
    """What a clock value is, and whether nothing but a label such as "date:" says so."""
    if _too_old(clock):
        return None, False
    fresh = now is not None and _near(clock, now, NEAR)
    if clock.time is None:
        return _day(around, clock, floor, fresh), False
    said = anchored(around, clock, floor)
    if said is None and (not fresh or scheduled(around, clock)):
        return None, False
    if constant(around, clock) or (not fresh and told_by_another(around, clock)):
        return None, False
    if (
        not fresh
        and said != "strong"
        and (around.examples.fence(clock.start) or (now is not None and _long_ago(clock, now)))
    ):
        return None, False
    midnight = said is None and clock.time.time in {(0, 0, 0), (0, 0, None)}
    granularity = "day" if midnight else clock.granularity
    return Match(clock.start, clock.end, clock.kind, granularity, said is not None), said == "label" and not fresh


def _day(around: Surroundings, clock: Clock, floor: int, fresh: bool) -> Match | None:
    said = said_today(around, clock, floor)
    if not said and not (fresh and clock.moment.sure and not scheduled(around, clock)):
        return None
    if constant(around, clock) or (
        not fresh and (told_by_another(around, clock) or around.examples.fence(clock.start))
    ):
        return None
    return Match(clock.start, clock.end, clock.kind, "day", said)


def _too_old(clock: Clock) -> bool:
    years = [year for year, _, _ in clock.date.dates if year is not None] if clock.date is not None else []
    return bool(years) and max(years) < FIRST_YEAR


def _near(clock: Clock, now: datetime, distance: timedelta) -> bool:
    """Is one reading of a value that close to the capture time; days are compared as days."""
    moments = list(clock.moment.instants(now.year))
    if clock.time is not None:
        return any(abs(moment - now) < distance for moment in moments)
    if clock.moment.kind == "ISO week":
        return False
    return any(abs(moment.date() - now.date()) <= timedelta(days=1) for moment in moments)


def _long_ago(clock: Clock, now: datetime) -> bool:
    """Is it a date of more than a year before or after: that of a document, whatever its label."""
    return (clock.date is not None or clock.time is None or clock.time.epoch is not None) and not _near(
        clock, now, YEAR
    )


def _naive(now: datetime) -> datetime:
    """UTC without zone; what has no zone is taken as UTC, and 36 hours forgive that."""
    return now if now.tzinfo is None else now.astimezone(UTC).replace(tzinfo=None)


def _hours(text: str) -> Iterator[Match]:
    """An hour alone beside an anchor."""
    for found in _SHORT_NUMBER.finditer(text):
        start = found.start()
        if text[max(0, start - 1) : start] not in _BEFORE_HOUR:
            continue
        line = max(start - 60, text.rfind("\n", max(0, start - 60), start) + 1, 0)
        head = lowered(text[line:start])
        if int(found[0]) < 24 and _HOUR.search(head) and _NOW_WORD.search(head) and not CONDITION.search(head):
            yield Match(start, found.end(), "hour of the day", "hour", True)


def _weekdays(text: str) -> Iterator[Match]:
    """The name of today, alone."""
    for key in _TODAY_IS:
        start = text.find(key)
        while start >= 0:
            found = _WEEKDAY.match(text, max(0, start - 1))
            line = max(start - 80, text.rfind("\n", max(0, start - 80), start) + 1, 0)
            if found and found[1].lower() in WEEKDAYS and not CONDITION.search(lowered(text[line:start])):
                yield Match(found.start(1), found.end(1), "day of the week", "day", True)
            start = text.find(key, start + len(key))
