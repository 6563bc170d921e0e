"""Text → dates, times of day and epoch numbers: every spelling by itself, by the digits that it starts with."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from promptlint.lint.detect.calendar_words import MONTHS
from promptlint.lint.detect.late import late
from promptlint.records import dataclass

OLDEST_EPOCH = 1420070400  # 2015: smaller numbers are identifiers, phone numbers and sizes
LATEST_EPOCH = 4102444800  # 2100
EPOCH_UNITS = {10: ("seconds", 1), 13: ("milliseconds", 10**3), 16: ("microseconds", 10**6), 19: ("nanoseconds", 10**9)}

_RUN = late(r"\d++")
_ASCII_RUN = late(r"[0-9]++")  # four times as fast
_NOT_BEFORE = frozenset("_$€£#+%\\@")
_TIME = late(
    r"""(\d\d?)(?:
      [:：](\d\d)(?:[:：](\d\d)(?:[.,]\d{1,9})?)?(?![:：]?\d)(?:\s?([AaPp])(?:[Mm]|\.\s?[Mm]\.)(?![A-Za-z])|\s?Uhr|\s?h(?![A-Za-z]))?
    | \s?([AaPp])(?:[Mm]|\.\s?[Mm]\.)(?![A-Za-z])
    | \s?[hH]\s?(\d\d)(?:\s?min)?
    | \s?h(?![A-Za-z])
    | (?:\.(\d\d))?\s?Uhr
    | \s?(?:時(?!間)|[时点點]|시(?!간))(?:\s?(\d\d?)\s?[分분])?(?:\s?(\d\d?)\s?[秒초])?
    | \s?o['’]?\s?clock
    | \.(\d\d)(?!\.?\d)(?:\s?uur(?![A-Za-z]))?
    )(?![A-Za-z0-9_%/])""",
    re.VERBOSE,
)
# Before hours and minutes with a dot between, which else are any number.
_SAYS_TIME = late(
    r"\b(?:kl\.?|klo|klock(?:an|a)|klokk(?:en|a)|kello|kellonaika|ore|sono le|pukul|jam|tid|tijd|aika|ora|"
    r"ora (?:attuale|corrente)|waktu (?:saat ini|sekarang)|nu är|godz\.?|godzina)(?: (?:är|er|on|is|nu|"
    r"nå|nyt|adalah|sekarang)){0,2}"
    r"\s?:?[\s\"'`*]{1,4}\Z",
    re.IGNORECASE,
)
_ZONE = late(
    r"\s?(?:Z(?!\w)|(?:UTC|GMT|MSK|[A-Z]{1,3}[SD]?T)(?:[+-]\d{1,2}(?::?\d\d)?)?(?![\w/])|[+-]\d\d:?\d\d(?!\d))"
    r"(?:\s?[(\[][A-Z][A-Za-z /_+:-]{1,40}[)\]])?|\s?[\[(]?[A-Z][a-z]{2,12}/[A-Z][A-Za-z_]{2,20}(?:,\s?(?:UTC|GMT)"
    r"(?:[+-]\d{1,2}(?::?\d\d)?)?)?[\])]?"
)
_OFFSET = late(r"([+-])(\d{1,2}):?(\d\d)?(?!\d)")
_ISO = late(
    r"(\d{4})(?:-(\d\d)-(\d\d)|/(\d\d?)/(\d\d?)|\s?[年년]\s?(\d\d?)\s?[月월]\s?(\d\d?)\s?[日일号號]|\.\s(\d\d?)\.\s(\d\d?)\.?"
    r"|\.(\d\d)\.(\d\d)\.?(?=\s\d\d:))(?:(?<=[日일号號])|(?!\d|"
    r"[-/.]\d))(?:[Tt_](\d\d)[:h-]?(\d\d)(?:[:m-]?(\d\d)(?:[.,]\d{1,9})?)?(?!\d))?"
)
_WEEK = late(r"\d{4}-W\d\d(?:-[1-7])?(?![\w-])")
_REPR = late(r"(\d{4}),\s?(\d\d?),\s?(\d\d?)(?:,\s?(\d\d?)(?:,\s?(\d\d?))?(?:,\s?(\d\d?))?(?:,\s?\d+)?)?\)?")
_COMPACT = late(r"(\d{4})(\d\d)(\d\d)(?:[T_-](\d\d)(\d\d)(\d\d)?)?(?![\w-])|(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?Z")
_DAY_FIRST = late(r"(\d\d?)([/.-])(\d\d?)\2(\d{4}|\d\d)(?!\w|[/.-]\d)")
_DAY_MONTH = late(
    r"(\d\d?)(?:st|nd|rd|th|er|[.ºª])?[\s-](?:de |of |d')?([^\s\d,;:.()/-]{3,14})\.?(?:,?[\s-](?:de |del |of "
    r")?(\d{4})(?![\d:]))?"
)
_VIETNAMESE = late(r"(\d\d?)\stháng\s(\d\d?)(?:,?\snăm\s(\d{4}))?")
_MONTH_DAY = late(r"(\d\d?)(?:st|nd|rd|th)?(?:,?\s(\d{4})(?![\d:]))?(?![\d/:])")
_YEAR_MONTH = late(r"(\d{4})\.?[\s-]([^\s\d,;:.()/-]{3,14})\.?[\s-](\d\d?)(?!\d)")
_FRACTION = late(r"\.\d{1,9}(?![\w.])")


@dataclass(frozen=True, slots=True)
class Piece:
    """A date, a time of day, both, or an epoch number."""

    start: int
    end: int
    kind: str
    dates: tuple[tuple[int | None, int, int], ...] = ()  # every reading as year, month, day; 3/4 has two
    time: tuple[int, int | None, int | None] | None = None
    offset: int = 0  # minutes east of UTC
    epoch: float | None = None
    sure: bool = True  # not a price, a version or a duration when it stands alone

    def instants(self, year: int) -> Iterator[datetime]:
        """Its readings as UTC without zone; `year` is for a date that names none."""
        if self.epoch is not None:
            yield datetime.fromtimestamp(self.epoch, UTC).replace(tzinfo=None)
            return
        hour, minute, second = self.time or (0, 0, 0)
        for own, month, day in self.dates:
            if (month, day) == (2, 29) and own is None and not isleap(year):
                continue
            moment = datetime.combine(date(own or year, month, day), time(hour % 24, minute or 0, min(second or 0, 59)))
            yield moment - timedelta(minutes=self.offset)


def pieces(text: str) -> Iterator[Piece]:
    """Every date, time and epoch number of a text, in order; none inside a longer word or number."""
    done = 0
    for run in (_ASCII_RUN if text.isascii() else _RUN).finditer(text):
        start, end = run.span()
        if start < done or not _may_start(text, start):
            continue
        found = _piece(text, start, end - start)
        if found is not None:
            done = found.end
            yield found


def _may_start(text: str, start: int) -> bool:
    if start == 0:
        return True
    before = text[start - 1]
    if before in _NOT_BEFORE or (before.isascii() and before.isalnum()):
        return False
    if before in ".,:-/" and start > 1:
        earlier = text[start - 2]
        return not (earlier.isdigit() or (before == "-" and (earlier.isalnum() or earlier in "_+±")))
    return True


def _piece(text: str, start: int, length: int) -> Piece | None:
    if length <= 2:
        return _day_or_time(text, start, start + length)
    if length == 4:
        return _year_first(text, start)
    if length == 8:
        return _compact(text, start)
    return _epoch(text, start, length) if length in EPOCH_UNITS else None


def _day_or_time(text: str, start: int, end: int) -> Piece | None:
    following = text[end : end + 2]
    if following[:1].isspace() and not following[1:].isalpha():
        return _month_day(text, start)
    return _time(text, start) or _month_day(text, start) or _slashed(text, start) or _worded(text, start)


def _time(text: str, start: int) -> Piece | None:
    found = _TIME.match(text, start)
    if found is None or (start > 0 and text[start - 1] == "/"):
        return None
    colon, second, half, other_half, french, dotted, sign, sign_second, bare_dot = found.groups()[1:]
    hour, minute = int(found[1]), colon or french or dotted or sign or bare_dot
    if (
        bare_dot is not None
        and not found[0].endswith("uur")
        and not _SAYS_TIME.search(text[max(0, start - 26) : start])
    ):
        return None
    if hour > 24 or int(minute or 0) > 59 or int(second or 0) > 60 or ((half or other_half) and not 0 < hour < 13):
        return None
    if (half or other_half or "").lower() == "p" and hour < 12:
        hour += 12
    seconds = second or sign_second
    moment = (hour, None if minute is None else int(minute), None if seconds is None else int(seconds))
    sure = colon is not None or bool(half or other_half) or found[0].endswith(("Uhr", "clock"))
    end, offset = _zone(text, found.end(), ranged=seconds is None)
    return Piece(start, end, "time of day", time=moment, offset=offset, sure=sure)


def _zone(text: str, end: int, ranged: bool) -> tuple[int, int]:
    """Where the time zone after a time ends, and the minutes it adds; 09:00-17:00 is a range and no zone."""
    found = _ZONE.match(text, end)
    if found is None or (ranged and found[0][0] in "+-" and ":" in found[0]):
        return end, 0
    offset = _OFFSET.search(found[0])
    if offset is None:
        return found.end(), 0
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    return found.end(), minutes if offset[1] == "+" else -minutes


def _month_day(text: str, start: int) -> Piece | None:
    """November 20, 2026: the word stands before the number."""
    if start < 4 or text[start - 1] not in " \u00a0" or not (text[start - 2].isalpha() or text[start - 2] == "."):
        return None
    head = text[max(0, start - 14) : start - 1].split()
    word = head[-1] if head else ""
    name = word.lstrip("(\"'*_[<>:,=").rstrip(".")
    month = MONTHS.get(name.lower())
    found = _MONTH_DAY.match(text, start) if month else None
    if month is None or found is None:
        return None
    readings = _valid([(found[2], month, found[1])])
    begin = start - 1 - (len(word) - word.find(name))
    return Piece(begin, found.end(), "date", readings, sure=found[2] is not None) if readings else None


def _slashed(text: str, start: int) -> Piece | None:
    found = _DAY_FIRST.match(text, start)
    if found is None or (found[2] in ".-" and len(found[4]) == 2):
        return None
    year = found[4] if len(found[4]) == 4 else "20" + found[4]
    readings = _valid([(year, found[3], found[1]), (year, found[1], found[3])])
    return Piece(start, found.end(), "date", readings, sure=len(found[4]) == 4) if readings else None


def _worded(text: str, start: int) -> Piece | None:
    """20 November 2026, in every language."""
    found = _DAY_MONTH.match(text, start)
    month = MONTHS.get(found[2].lower()) if found else None
    if found is None or month is None:
        found = _VIETNAMESE.match(text, start)
        if found is None:
            return None
        month = int(found[2])
    readings = _valid([(found[3], month, found[1])])
    return Piece(start, found.end(), "date", readings, sure=found[3] is not None) if readings else None


def _year_first(text: str, start: int) -> Piece | None:
    found = _ISO.match(text, start)
    if found is not None:
        groups = found.groups()
        month, day = (each for each in groups[1:11] if each is not None)
        readings = _valid([(found[1], month, day)])
        return _dated(text, start, found.end(), readings, groups[11:14], iso="-" in found[0]) if readings else None
    found = _REPR.match(text, start)
    if found is not None and text[max(0, start - 9) : start].endswith(("datetime(", "date(")):
        readings = _valid([(found[1], found[2], found[3])])
        names = ("datetime.datetime(", "datetime.date(", "datetime(", "date(")
        begin = start - next(len(name) for name in names if text[max(0, start - 18) : start].endswith(name))
        return _dated(text, begin, found.end(), readings, found.group(4, 5, 6), iso=False) if readings else None
    found = _YEAR_MONTH.match(text, start)
    if found is not None and found[2].lower() in MONTHS:
        readings = _valid([(found[1], MONTHS[found[2].lower()], found[3])])
        return Piece(start, found.end(), "date", readings) if readings else None
    found = _WEEK.match(text, start)
    readings = _monday(found[0]) if found else ()
    return Piece(start, found.end(), "ISO week", readings) if found and readings else None


def _dated(
    text: str,
    start: int,
    end: int,
    readings: tuple[tuple[int | None, int, int], ...],
    clock: tuple[str | None, ...],
    iso: bool,
) -> Piece | None:
    if clock[0] is None:
        return Piece(start, end, "ISO 8601 date" if iso else "date", readings)
    hour, minute, second = (None if each is None else int(each) for each in clock)
    if hour is None or hour > 24 or (minute or 0) > 59 or (second or 0) > 60:
        return Piece(start, end, "date", readings)
    end, offset = _zone(text, end, ranged=False)
    kind = "ISO 8601 time" if iso else "date and time"
    return Piece(start, end, kind, readings, (hour, minute, second), offset)


def _compact(text: str, start: int) -> Piece | None:
    found = _COMPACT.match(text, start)
    if found is None:
        return None
    year, month, day, *clock = found.groups()[6:] if found[1] is None else found.groups()[:6]
    readings = _valid([(year, month, day)])
    piece = _dated(text, start, found.end(), readings, tuple(clock), iso=True) if readings else None
    return piece and Piece(
        piece.start, piece.end, piece.kind, readings, piece.time, piece.offset, sure=bool(piece.time)
    )


def _epoch(text: str, start: int, length: int) -> Piece | None:
    unit, scale = EPOCH_UNITS[length]
    end = start + length
    value = int(text[start:end]) / scale
    if not OLDEST_EPOCH <= value <= LATEST_EPOCH:
        return None
    fraction = _FRACTION.match(text, end) if length == 10 else None
    end = fraction.end() if fraction else end
    following = text[end : end + 1]
    if following.isalnum() or following in {"_", "-", "%"}:
        return None
    return Piece(start, end, f"epoch {unit}", epoch=value, sure=False)


def _valid(readings: list[tuple[str | None, str | int, str | int]]) -> tuple[tuple[int | None, int, int], ...]:
    """Readings that are days of a calendar, each once."""
    kept: dict[tuple[int | None, int, int], None] = {}
    for year, month, day in readings:
        try:
            date(2024 if year is None else int(year), int(month), int(day))
        except ValueError:
            continue
        if year is None or 1000 <= int(year) <= 2199:
            kept[(None if year is None else int(year), int(month), int(day))] = None
    return tuple(kept)


def _monday(week: str) -> tuple[tuple[int | None, int, int], ...]:
    try:
        day = datetime.strptime(week[:8] + "-1", "%G-W%V-%u")
    except ValueError:
        return ()
    return ((day.year, day.month, day.day),)
