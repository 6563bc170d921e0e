"""What stands around a clock value: an anchor that makes it "now", or a sign that it is a constant."""

from __future__ import annotations

import re
from typing import Literal

from promptlint.lint.detect.calendar_words import AFTER_ANCHOR
from promptlint.lint.detect.clock_anchors import (
    AFTER,
    CODE,
    CONDITION,
    EXAMPLE_BESIDE,
    EXPLAINED,
    FROM_TO,
    FROZEN,
    LABEL,
    OPEN_HOURS,
    PRESENT,
    RANGE_AFTER,
    RANGE_BEFORE,
    RATIO,
    RECORD,
    RELEASE,
    SCHEDULE,
    SQL,
    STRONG,
    TAG,
    TO,
    TODAY,
    WEAK,
)
from promptlint.lint.detect.clock_formats import Clock, only_words
from promptlint.lint.detect.examples import EXAMPLE, Examples, lowered
from promptlint.lint.detect.late import late

FARTHEST = 140  # code points before a value that are looked at; nobody writes a longer sentence before a clock
WIDEST_GAP = 80
_SENTENCE_END = late(r"(?<!\be\.g)(?<!\bz\. b)(?<!\bp\. ex)(?<!\bz)[.!?]\s+(?=[^\W\d_])|[。！？;]")
_APPOINTMENT = late(r"\b(?:at|um|à|a las|às|alle|om|o|saat|в|lúc|kl)\b|に", re.IGNORECASE)
_LIST_MARK = late(r"[\s>*+#-]*(?:\d+[.)]\s)?")
_HEADING = late(
    r"#{1,6}\s|\*\*[^*\n]{1,60}\*\*:?\s*\Z|\[[^\]\n]{1,60}\]:?\s*\Z|<[^>\n]{1,60}>\s*\Z|[=~-]{2,}\s?\w|[^\n]{1,"
    r"60}[:：]\s*\Z"
)
_OPEN_TAG = late(r"<([A-Za-z][\w:.-]{0,40})(?:\s[^<>\n]{0,120})?>")
_DIALOGUE = late(
    r"[\s>*-]{0,6}(?:user|human|assistant|ai|input|output|q|a|query|question|answer|customer|agent|tool)\s?[:：]", re.I
)


class Surroundings:
    """A text, and what is found out about it on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.examples = Examples(text)

    def line_start(self, place: int) -> int:
        """Where the line of a place starts, or as far before it as matters."""
        floor = max(0, place - FARTHEST)
        return max(floor, self.text.rfind("\n", floor, place) + 1)


def anchored(around: Surroundings, clock: Clock, floor: int) -> Literal["strong", "weak", "label"] | None:
    """How clearly words beside a value say that it is the present; `floor` is where the value before it ends."""
    text, start = around.text, clock.start
    line = around.line_start(start)
    before = lowered(text[line:start])
    head = before[max(0, floor - line) :]
    if _anchor_before(STRONG, head, before, clock):
        return "strong"
    if _anchor_before(WEAK, head, before, clock):
        return "weak"
    if _anchor_before(LABEL, head, before, clock):
        return "label"
    number = clock.time is not None and clock.time.epoch is not None
    if not number and AFTER.match(text, clock.end) and not _APPOINTMENT.search(head[-12:]):
        return "weak"
    return "weak" if _alone(before) and (_in_tag(text, start) or _under_heading(text, line)) else None


def _anchor_before(pattern: re.Pattern[str], head: str, before: str, clock: Clock) -> bool:
    strong = pattern is STRONG
    for found in reversed(list(pattern.finditer(head))):
        if not _belongs(head[found.end() :], clock, strong) or (strong and _qualified(head[: found.start()])):
            continue
        return not CONDITION.search(_sentence(before[: len(before) - len(head) + found.start()]))
    return False


def _belongs(gap: str, clock: Clock, strong: bool) -> bool:
    """May a value after this gap be the one that the anchor speaks of."""
    if only_words(gap, AFTER_ANCHOR):
        return strong or clock.date is not None or not _APPOINTMENT.search(gap)
    if not strong or len(gap) > WIDEST_GAP or _SENTENCE_END.search(gap):
        return False
    return not SCHEDULE.search(gap) and not EXAMPLE.search(gap) and "," not in gap


def _qualified(before: str) -> bool:
    """Is the date or time somebody's appointment: start time, delivery date."""
    return (
        re.search(
            r"\b(?:start|end|opening|closing|check-?in|meeting|delivery|arrival|departure|due)\s?\Z", before, re.I
        )
        is not None
    )


def _sentence(before: str) -> str:
    ends = [found.end() for found in _SENTENCE_END.finditer(before)]
    return before[ends[-1] :] if ends else before


def _under_heading(text: str, line: int) -> bool:
    """Does one of the two lines above name the present time."""
    for _ in range(2):
        if line <= 0 or text[line - 1] != "\n":
            return False
        above = max(text.rfind("\n", max(0, line - 1 - FARTHEST), line - 1) + 1, line - 1 - FARTHEST, 0)
        words = lowered(text[above : line - 1])
        if _HEADING.match(words.lstrip()) and (STRONG.search(words) or TODAY.search(words) or WEAK.search(words)):
            return CONDITION.search(words) is None
        if words.strip():
            return False
        line = above
    return False


def _in_tag(text: str, start: int) -> bool:
    """Is the innermost open tag one for the time."""
    head = text[max(0, start - 300) : start]
    for found in reversed(list(_OPEN_TAG.finditer(head))):
        if f"</{found[1]}>" in head[found.end() :]:
            continue
        return TAG.search(found[1]) is not None
    return False


def constant(around: Surroundings, clock: Clock) -> bool:
    """Is it an example, a range or a literal, whatever its anchor says."""
    text = around.text
    line = around.line_start(clock.start)
    raw = text[line : clock.start]
    before = lowered(raw)
    if RANGE_AFTER.match(text, clock.end) or RANGE_BEFORE.search(before[-16:]):
        return True
    if EXAMPLE_BESIDE.search(before) or EXAMPLE.search(_sentence(before[-100:])):
        return True
    if RATIO.search(before[-40:]):
        return True
    if SQL.search(raw) and ("'" in raw[-2:] or '"' in raw[-2:]):
        return True
    if _explained(text, clock, before) or _frozen(text, clock, before):
        return True
    return around.examples.hold(clock.start)


def _explained(text: str, clock: Clock, before: str) -> bool:
    """Is it an epoch number that the text goes on to spell as a date."""
    number = clock.time is not None and clock.time.epoch is not None
    return number and EXPLAINED.match(text, clock.end) is not None and PRESENT.search(before) is None


def _frozen(text: str, clock: Clock, before: str) -> bool:
    """Is it a literal of a program that says that it is one of a test."""
    return CODE.search(before) is not None and FROZEN.search(before + _rest(text, clock.end, FARTHEST)) is not None


def _rest(text: str, end: int, most: int) -> str:
    """The lower-cased rest of a line."""
    return lowered(text[end : end + most].split("\n", 1)[0])


def recurring(around: Surroundings, clock: Clock) -> bool:
    """Is it a time at which something opens, closes or happens each day: no clock even where it changed."""
    if clock.time is None or clock.time.epoch is not None or (clock.time.time or (0, 0, 0))[2] is not None:
        return False
    text = around.text
    before = _sentence(lowered(text[around.line_start(clock.start) : clock.start]))
    if OPEN_HOURS.search(before) or (FROM_TO.search(before[-12:]) and TO.match(text, clock.end)):
        return True
    return OPEN_HOURS.search(_SENTENCE_END.split(_rest(text, clock.end, 30), maxsplit=1)[0]) is not None


def scheduled(around: Surroundings, clock: Clock) -> bool:
    """Is an unanchored value an appointment, a release or a record."""
    text = around.text
    line = around.line_start(clock.start)
    before = lowered(text[line : clock.start])
    if SCHEDULE.search(before[-28:]) or RELEASE.search(before):
        return True
    if clock.time is not None and clock.time.epoch is not None:
        return RECORD.search(before[-28:]) is not None
    return False


def told_by_another(around: Surroundings, clock: Clock) -> bool:
    """Does it stand in a line of a made-up dialogue."""
    return _DIALOGUE.match(around.text, around.line_start(clock.start)) is not None


def said_today(around: Surroundings, clock: Clock, floor: int) -> bool:
    """Do words before a date say that it is today's."""
    text, start = around.text, clock.start
    line = around.line_start(start)
    before = lowered(text[line:start])
    head = before[max(0, floor - line) :]
    for found in reversed(list(TODAY.finditer(head))):
        if only_words(head[found.end() :], AFTER_ANCHOR):
            return not CONDITION.search(_sentence(before[: len(before) - len(head) + found.start()]))
    return _alone(before) and (_in_tag(text, start) or _under_heading(text, line))


def _alone(before: str) -> bool:
    """Does nothing but a list mark and small words stand before a value in its line."""
    return only_words(_LIST_MARK.sub("", before, count=1), AFTER_ANCHOR)
