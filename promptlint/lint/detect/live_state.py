"""KV106: the state of a machine, a project or a home at this moment."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache

from promptlint.lint.detect.examples import EXAMPLE, Examples, led_in, lowered
from promptlint.lint.detect.live_state_lines import (
    BARE_FILE,
    BESIDE_STATE,
    CHECKLIST,
    COMMIT,
    COMMITS,
    FILE_VALUE,
    FILES,
    FRONTS,
    JUNK,
    LINES,
    LONGER_FRONTS,
    PATH,
    PLACEHOLDER,
    PORCELAIN,
    PROJECT_FILES,
    SENSOR,
    STATE,
    STATE_HEADING,
    TODO,
    UNIT,
)
from promptlint.lint.detect.match import REMEMBERED, Match, disjoint
from promptlint.lint.detect.sections import Page, heading, page

LONGEST_HEADING = 300
Found = tuple[int, int, str]  # first line, last line, kind


@lru_cache(maxsize=REMEMBERED)
def find(text: str) -> tuple[Match, ...]:
    """State of the moment: git, folders, files, devices, todo lists; instructions and documented defaults are none."""
    return tuple(_found(text, strict=True))


def loose(text: str) -> list[Match]:
    """Any line of such a shape, wherever it stands."""
    return _found(text, strict=False)


def _found(text: str, strict: bool) -> list[Match]:
    whole, examples = page(text), Examples(text)
    found = []
    for first, last, kind in _blocks(whole, strict):
        start = whole.starts[first]
        if strict and (examples.hold(start) or led_in(text, start)):
            continue
        if strict and kind in {"todo list", "device state"} and examples.fence(start):
            continue
        row = whole.rows[first]
        indent = 0 if PORCELAIN.match(row) else len(row) - len(row.lstrip())
        found.append(Match(start + indent, whole.starts[last] + len(whole.rows[last].rstrip()), kind))
    return disjoint(found)


def _blocks(whole: Page, strict: bool) -> Iterator[Found]:
    low = "\n".join(whole.low)
    yield from _single(whole, strict)
    yield from _runs(whole, _porcelain(whole), "git status", _enough_porcelain if strict else _any)
    yield from _runs(whole, _todos(whole, low), "todo list", _mixed_todo if strict else _any)
    sensors = [number for number in _with_units(whole, low) if SENSOR.match(whole.low[number])]
    yield from _runs(whole, sensors, "sensor readings", _under_state_heading if strict else _any)


def _single(whole: Page, strict: bool) -> Iterator[Found]:
    """What one line says by itself, or announces as a list."""
    for number, row in enumerate(whole.low):
        words = row.lstrip(JUNK)
        if (
            words[:3].rstrip() in FRONTS
            or words.startswith(LONGER_FRONTS)
            or row.startswith("## ")
            or "state: " in row
            or not words[:20].isascii()
        ):
            for kind, pattern, hints in LINES:
                if not any(map(row.__contains__, hints)):
                    continue
                found = pattern.match(row)
                if found is not None and (not strict or _is_live(whole, number, found)):
                    yield number, number, kind
            if 5 < len(row) < LONGEST_HEADING:
                yield from _list_under(whole, number)
                yield from _project_files(whole, number)


def _with_units(whole: Page, low: str) -> list[int]:
    found = {bisect_right(whole.starts, unit.start()) - 1: None for unit in UNIT.finditer(low)}
    return [number for number in found if len(whole.low[number]) < LONGEST_HEADING]


def _is_live(whole: Page, number: int, found: re.Match[str]) -> bool:
    """Is a line that looks like a state one, and neither a placeholder nor an example."""
    low = whole.low[number]
    if EXAMPLE.search(low[:200]):
        return False
    if "value" not in found.groupdict():
        return True
    if found.re.pattern == STATE.pattern:
        return _beside_device(whole, number, found["value"])
    return PLACEHOLDER.search(found["value"]) is None


def _beside_device(whole: Page, number: int, value: str) -> bool:
    """Is a state line that of a device: by its value, or by the names around it."""
    if value in {"on", "off", "an", "aus", "not_home", "unavailable", "docked", "オン", "オフ", "켜짐", "꺼짐"}:
        return True
    around = whole.low[max(0, number - 3) : number] + whole.low[number + 1 : number + 3]
    return any(BESIDE_STATE.search(row[:200]) for row in around)


def _runs(whole: Page, numbers: list[int], kind: str, enough: Callable[[Page, int, int], bool]) -> Iterator[Found]:
    """Neighbouring lines of one shape, as one block."""
    first = 0
    for place, number in enumerate(numbers):
        if place + 1 < len(numbers) and numbers[place + 1] == number + 1:
            continue
        if enough(whole, numbers[first], number + 1):
            yield numbers[first], number, kind
        first = place + 1


def _any(_whole: Page, _first: int, _last: int) -> bool:
    return True


def _porcelain(whole: Page) -> list[int]:
    starts = (" M ", " D ", " A ", " R ", " T ", "M", "A", "D", "R", "C", "T", "UU", "??", "!!")
    return [
        number
        for number, row in enumerate(whole.rows)
        if row.startswith(starts) and len(row) < LONGEST_HEADING and PORCELAIN.match(row) and PATH.search(row)
    ]


def _enough_porcelain(whole: Page, first: int, last: int) -> bool:
    """Two lines, or one that nothing else looks like, or one under "status"."""
    if last - first > 1 or whole.rows[first].startswith(("??", " M ", "M  ", "UU")):
        return True
    above = whole.low[first - 1][-80:] if first else ""
    return "status" in above or "changes" in above


def _todos(whole: Page, low: str) -> list[int]:
    marks = ("-", "*", "+", "[", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "☐", "☑", "☒", "✅", "⬜", "🔲", "✔")
    if not any(mark in low for mark in ("] ", "☐", "☑", "☒", "✅", "⬜", "🔲", "✔")):
        return []
    return [number for number, row in enumerate(whole.low) if row.lstrip().startswith(marks) and TODO.match(row)]


def _mixed_todo(whole: Page, first: int, last: int) -> bool:
    """Some done and some not: a template has all alike."""
    found = [TODO.match(row) for row in whole.low[first:last]]
    marks = {mark for one in found if one is not None for mark in one.groups() if mark is not None}
    above = next((row for row in reversed(whole.low[max(0, first - 2) : first]) if row.strip()), "")
    if CHECKLIST.search(above[:200]):
        return False
    opened = {" ", "☐", "⬜", "🔲", "pending"}
    return bool(marks & opened) and bool(marks - opened)


def _under_state_heading(whole: Page, first: int, _last: int) -> bool:
    for number in range(first - 1, max(-1, first - 8), -1):
        row = whole.rows[number]
        found = heading(row)
        words = found[0] if found is not None else row if row.startswith(("<", "[")) and len(row) < 60 else None
        if words is not None:
            return STATE_HEADING.search(lowered(words)) is not None
    return False


def _list_under(whole: Page, number: int) -> Iterator[Found]:
    """Open files and commits, in the line that says so or in a list under it."""
    words = whole.low[number].lstrip(" #*<-•>|\t\"'").replace("_", " ")
    for kind, name, item in (("open files", FILES, FILE_VALUE), ("recent commits", COMMITS, COMMIT)):
        found = name.match(words)
        if found is None or len(words) - found.end() > 120 or EXAMPLE.search(words):
            continue
        rest = words[found.end() :].lstrip("*\"' ")
        if rest[:1] not in {"", ":", "：", "("}:
            continue
        if kind == "open files" and rest[:1] in {":", "："} and FILE_VALUE.match(rest[1:].lstrip()):
            yield number, number, kind
        last = number + 1
        while last < len(whole) and item.match(whole.low[last][:200]):
            last += 1
        if last > number + 1:
            yield number, last - 1, kind


def _project_files(whole: Page, number: int) -> Iterator[Found]:
    """The names of the files of a project, two at least and nothing beside them."""
    row = whole.low[number].strip()
    words = row.lstrip(" #*<-•>|\t\"'").replace("_", " ")
    found = PROJECT_FILES.match(words)
    if row != "<files>" and (found is None or words[found.end() :].strip("*\"' ") not in {":", "：", ">", "", ":>"}):
        return
    first = number + 1
    while first < len(whole) and first < number + 2 and not whole.rows[first].strip():
        first += 1
    last = first
    while last < len(whole) and whole.rows[last].strip() and BARE_FILE.match(whole.low[last][:200]):
        last += 1
    if last > first + 1:
        yield number, last - 1, "project files"
