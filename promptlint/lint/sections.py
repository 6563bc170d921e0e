"""The sections of a system prompt: what stands under a heading or in a tag, then paragraphs; never across messages."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import field
from typing import NamedTuple

from promptlint.lint.texts import Region
from promptlint.records import dataclass

LONGEST_HEADING = 90  # characters of a line; what is longer is a sentence
LONGEST_NAME = 32

_MARKDOWN = re.compile(r"#{1,6}[ \t]+(?P<name>[^\n]+)")
_BRACKETS = re.compile(r"\[(?P<name>[A-Za-z][\w .:-]{0,60})\]:?")
_TAG = re.compile(r"<(?P<name>[A-Za-z][\w.:-]{0,60})(?:\s[^<>\n]{0,200})?>")
_CLOSING = re.compile(r"(?:.*[^/\s])?\s*(?:</(?P<tag>[A-Za-z][\w.:-]{0,60})>|\[/(?P<bracket>[A-Za-z][\w .:-]{0,60})\])")
_BOLD = re.compile(r"(?:\*\*|__)(?P<name>[^*\n_][^*\n]*?)(?:\*\*|__):?")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_LETTER = re.compile(r"[^\W\d_]")


class Section(NamedTuple):
    """A stretch of the region's text. `group` is the same for all paragraphs under one heading."""

    start: int
    end: int
    heading: str  # empty where it has none
    group: int

    def name(self, text: str) -> str:
        """What to call it: its heading, or its first words."""
        if self.heading:
            return shortened_name(self.heading)
        words = " ".join(text[self.start : min(self.end, self.start + 200)].split())
        return f'"{shortened_name(words)}"'


class Block(NamedTuple):
    """A pair of tags, each on a line of its own, with all between them; the opening line ends at `opened`."""

    start: int
    opened: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A region cut into sections that cover it all, but for empty lines, and the tags in it."""

    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]

    def at(self, place: int) -> Section | None:
        """The section that a character belongs to."""
        number = bisect_right(self.sections, place, key=lambda one: one.start)
        return self.sections[number - 1] if number else None

    def group(self, number: int) -> tuple[int, int]:
        """From the heading to the end of what stands under it."""
        parts = [one for one in self.sections if one.group == number]
        return parts[0].start, parts[-1].end


def layout(region: Region) -> Layout:
    """The sections of all texts of a region, as offsets in its text."""
    sections: list[Section] = []
    blocks: list[Block] = []
    for text, start in zip(region.texts, region.starts(), strict=True):
        first = sections[-1].group + 1 if sections else 0
        cut = _Cut(text.text)
        cut.run()
        sections += [
            Section(one.start + start, one.end + start, one.heading, one.group + first) for one in cut.sections
        ]
        blocks += [Block(*(place + start for place in block)) for block in cut.blocks]
    return Layout(tuple(sections), tuple(sorted(blocks)))


def shortened_name(name: str) -> str:
    """A name that fits a message with several of them."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


@dataclass
class _Cut:
    """One text, line by line."""

    text: str
    sections: list[Section] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    _open: list[tuple[str, int, int]] = field(default_factory=list)  # tag, its line
    _opened: Counter[str] = field(default_factory=Counter)  # how many of each are open
    _start: int | None = None  # of the section that is being read
    _end: int = 0
    _heading: str = ""
    _group: int = 0
    _only_heading: bool = False
    _broken: bool = False  # an empty line came after it

    def run(self) -> None:
        """Fill `sections` and `blocks`."""
        fenced, above = False, ""
        for start, line in _lines(self.text):
            if _FENCE.match(line):
                fenced = not fenced
                self._content(start, line)
            elif fenced:
                self._content(start, line)
            else:
                self._line(start, line, above)
            above = line.strip()
        self._finish()

    def _line(self, start: int, line: str, above: str) -> None:
        words = line.strip()
        if not words:
            self._broken = True
            return
        found = _heading_of(words, above)
        if found is not None:
            self._finish()
            self._group += 1 if self.sections else 0
            self._heading, self._only_heading = found, True
            if words[0] in "<[":
                self._open.append((words[0] + found, start, start + len(line)))
                self._opened[words[0] + found] += 1
            self._add(start, line)
            return
        self._content(start, line)
        closing = _CLOSING.fullmatch(words) if words[-1] in ">]" else None
        if closing is not None:
            self._close("<" + closing["tag"] if closing["tag"] else "[" + closing["bracket"], start + len(line))

    def _content(self, start: int, line: str) -> None:
        if self._broken and not self._only_heading:
            self._finish()
        self._add(start, line)
        self._only_heading = False

    def _close(self, tag: str, end: int) -> None:
        if not self._opened[tag]:  # most texts have none: nothing to look through
            return
        while True:
            name, start, opened = self._open.pop()
            self._opened[name] -= 1
            if name == tag:
                break
        self.blocks.append(Block(start, opened, end))
        self._finish()
        self._heading, self._group = "", self._group + 1

    def _add(self, start: int, line: str) -> None:
        if self._start is None:
            self._start = start
        self._end, self._broken = start + len(line), False

    def _finish(self) -> None:
        if self._start is not None:
            self.sections.append(Section(self._start, self._end, self._heading, self._group))
        self._start, self._broken = None, False


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield start, text[start:end]
        start = end


def _heading_of(words: str, above: str) -> str | None:
    """The heading that a line is, without its marks."""
    if len(words) > LONGEST_HEADING:
        return None
    for pattern in (_MARKDOWN, _TAG, _BRACKETS, _BOLD):
        found = pattern.fullmatch(words)
        if found is not None:
            return found["name"].strip("# *:\t")
    return words.strip(" :=-") if _is_capitals(words) and not _LETTER.search(above) else None


def _is_capitals(words: str) -> bool:
    letters = _LETTER.findall(words)
    # Scripts without case have no capitals: only a line with two letters that could be small is one.
    cased = [letter for letter in letters if letter.upper() != letter.lower()]
    return len(cased) > 2 and all(letter.isupper() for letter in cased) and words[-1] not in ".,;!?"
