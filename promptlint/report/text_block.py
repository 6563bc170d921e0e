"""Sentences of a report, over as many lines as they need; and things side by side, as many as a line has room for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from promptlint.terminal import READABLE, Terminal, columns

INDENT = "  "
GAP = "  "  # between things that stand side by side
WORD = re.compile(r" *[^ ]+")
OWN_CODE = "\x1b"  # only in words that we styled ourselves


def wrapped(text: str, terminal: Terminal, indent: str = INDENT, first: str | None = None) -> list[str]:
    """A sentence over as many indented lines as it needs; somebody else's line breaks are shown, not followed.

    `first` stands in front of the first line, in place of the indent.
    """
    return folded(terminal.safe(text.replace("…", terminal.ellipsis)), terminal, indent, first)


def folded(text: str, terminal: Terminal, indent: str = INDENT, first: str | None = None) -> list[str]:
    """`wrapped` for text that is safe already, and may have styles."""
    start = indent if first is None else first
    width = min(terminal.width, READABLE)
    text = text.strip(" ")
    if text and columns(start) + columns(text) <= width:
        return [start + text]
    lines: list[str] = []
    line, taken = "", columns(start)
    for word in _words(text, width - max(columns(indent), taken)):
        if line and taken + columns(word) > width:
            lines.append(start + line)
            start, line, taken = indent, "", columns(indent)
        added = word if line else word.lstrip(" ")
        line, taken = line + added, taken + columns(added)
    return [*lines, start + line] if line or first is not None else lines


def _words(text: str, room: int) -> Iterator[str]:
    """Words with the spaces in front of them; what is longer than a line in pieces of one."""
    for found in WORD.finditer(text):
        word = found[0]
        if columns(word.lstrip(" ")) <= room or OWN_CODE in word:
            yield word
        else:
            yield from _pieces(word, max(1, room))


def _pieces(word: str, room: int) -> Iterator[str]:
    piece, width = "", 0
    for character in word.lstrip(" "):
        more = columns(character)
        if piece and width + more > room:
            yield piece
            piece, width = "", 0
        piece, width = piece + character, width + more
    yield piece


def beside(
    parts: Iterable[str], terminal: Terminal, indent: str = "", below: str = INDENT, gap: str = GAP
) -> list[str]:
    """Parts that are no wider than a line, side by side; where there is no room, a new line begins with `below`."""
    lines = [indent]
    fresh = True
    for part in parts:
        if not fresh and columns(lines[-1]) + len(gap) + columns(part) > terminal.width:
            lines.append(below)
            fresh = True
        lines[-1] += part if fresh else gap + part
        fresh = False
    return lines
