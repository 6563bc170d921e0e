"""JSON texts that each begin as one before it did: what has not changed is not parsed again.

On every turn an agent sends its whole history, so line after line of a session's log begins with the same megabyte. The
items of its lists that end inside of the common beginning are taken from the parse before; the rest is parsed, and is
as strict as `json_text`: where anything is wrong with a text, `json_text` is asked what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from promptlint.capture import json_text
from promptlint.capture.sharing import Sharing
from promptlint.common_prefix import common_prefix

_LARGE = 8 * 1024  # characters; shorter texts are parsed as fast as they are compared
_HEAD = 256  # characters that two texts have in common that are worth comparing
_MOST_REMEMBERED = 4  # sessions in one file, and the side requests among them
_DEEPEST = 4  # levels of objects inside which lists are looked for; a body lies no deeper in any record
_BLANKS = " \t\n\r"


class _NotSimpleError(Exception):
    """Something that only the real parser can say what to do about."""


@dataclass(eq=False)
class _Remembered:
    """A text with the objects that stand in its lists: start → (end, value)."""

    text: str
    items: dict[int, tuple[int, Any]] = field(default_factory=dict)


class GrowingTexts:
    """Parses one text after the other. The values of all are shared (`Sharing`)."""

    def __init__(self, sharing: Sharing) -> None:
        self._sharing = sharing
        decoder: Any = json_text.decoder(sharing)  # its own scanner is not in the types of the standard library
        self._scan: Callable[[str, int], tuple[Any, int]] = decoder.scan_once
        self._remembered: list[_Remembered] = []

    def parse(self, text: str) -> Any:
        """The value of a text, as `json_text.parse` gives it. Raises JsonError."""
        if len(text) < _LARGE:
            return json_text.parse(text, self._sharing)
        before = next((one for one in self._remembered if one.text[:_HEAD] == text[:_HEAD]), None)
        known = _Remembered(text)
        try:
            json_text.refuse_too_many(text)
            value = _Reader(text, before, known, self._scan, self._read_object).value()
        except Exception:  # whatever it is, the real parser says it in our words
            return json_text.parse(text, self._sharing)
        self._remembered = [known, *(one for one in self._remembered if one is not before)][:_MOST_REMEMBERED]
        return value

    def _read_object(self, pairs: list[tuple[str, Any]]) -> Any:
        return self._sharing.object(json_text.object_of(pairs))


class _Reader:
    """Walks through the outer objects and lists of one text."""

    def __init__(
        self,
        text: str,
        before: _Remembered | None,
        known: _Remembered,
        scan: Callable[[str, int], tuple[Any, int]],
        read_object: Callable[[list[tuple[str, Any]]], Any],
    ) -> None:
        self._text = text
        self._scan = scan
        self._read_object = read_object
        self._items = known.items
        self._before = {} if before is None else before.items
        self._same = 0 if before is None else common_prefix(before.text, text)

    def value(self) -> Any:
        """The one object that the text is."""
        found, end = self._object(self._after_blanks(0), 0)
        if self._after_blanks(end) != len(self._text):
            raise _NotSimpleError
        return found

    def _value(self, at: int, depth: int) -> tuple[Any, int]:
        first = self._text[at]
        if first == "[" and depth < _DEEPEST:
            return self._list(at, depth)
        if first == "{" and depth < _DEEPEST:
            return self._object(at, depth)
        return self._scanned(at, depth)

    def _scanned(self, at: int, depth: int) -> tuple[Any, int]:
        """A value by the parser itself, checked for its depth."""
        value, end = self._scan(self._text, at)
        if depth + json_text.depth(value) > json_text.DEEPEST:
            raise _NotSimpleError
        return value, end

    def _object(self, at: int, depth: int) -> tuple[Any, int]:
        pairs: list[tuple[str, Any]] = []
        at = self._after_blanks(self._expected("{", at))
        if self._text[at] == "}":
            return self._read_object(pairs), at + 1
        while True:
            self._expected('"', at)
            name, at = self._scan(self._text, at)
            at = self._after_blanks(self._expected(":", self._after_blanks(at)))
            value, at = self._value(at, depth + 1)
            pairs.append((name, value))
            at = self._after_blanks(at)
            if self._text[at] == "}":
                return self._read_object(pairs), at + 1
            at = self._after_blanks(self._expected(",", at))

    def _list(self, at: int, depth: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self._after_blanks(at + 1)
        if self._text[at] == "]":
            return found, at + 1
        while True:
            value, at = self._item(at, depth + 1)
            found.append(value)
            at = self._after_blanks(at)
            if self._text[at] == "]":
                return found, at + 1
            at = self._after_blanks(self._expected(",", at))

    def _item(self, at: int, depth: int) -> tuple[Any, int]:
        known = self._before.get(at)
        if known is not None and known[0] <= self._same:
            self._items[at] = known
            return known[1], known[0]
        value, end = self._scanned(at, depth)
        if isinstance(value, dict):  # a number may go on behind the common beginning; a brace is the end
            self._items[at] = (end, value)
        return value, end

    def _expected(self, character: str, at: int) -> int:
        if self._text[at] != character:
            raise _NotSimpleError
        return at + 1

    def _after_blanks(self, at: int) -> int:
        text = self._text
        while at < len(text) and text[at] in _BLANKS:
            at += 1
        return at
