"""What Python printed as the repr of data → that data. Nothing is evaluated, and size and depth are bounded."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from promptlint.capture.json_text import DEEPEST, MOST_DIGITS, MOST_VALUES

# A repr writes line ends as escapes: a string that reaches the end of its line was cut off.
_STRING = re.compile(r"(?:'(?:[^'\\\n]++|\\.)*+'|\"(?:[^\"\\\n]++|\\.)*+\")")
_NUMBER = re.compile(rf"-?[0-9]{{1,{MOST_DIGITS}}}+(?:\.[0-9]*+)?(?:[eE][-+]?[0-9]{{1,3}}+)?(?![\w.])")
_NAME = re.compile(r"[A-Za-z_]\w{0,100}+")
_SPACE = re.compile(r"\s*+")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|(.))", re.DOTALL)
_PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_CONSTANTS = {"None": None, "True": True, "False": False}
_CLOSING = {"{": "}", "[": "]", "(": ")"}


class LiteralError(Exception):
    """The text is no data that JSON could hold too; `offset` says where."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(slots=True)
class LiteralReader:
    """Reads values of one text; `values_left` bounds them all together."""

    text: str
    values_left: int = MOST_VALUES

    def spend(self, values: int, at: int) -> None:
        """Count values that something else reads. Raises LiteralError where they are too many."""
        self.values_left -= values
        if self.values_left < 0:
            raise LiteralError("too many values, with those before it", at)

    def value(self, at: int, depth: int = 0) -> tuple[Any, int]:
        """The value that starts at `at`, and the offset behind it. Raises LiteralError."""
        self.spend(1, at)
        if depth > DEEPEST:
            raise LiteralError(f"nested more than {DEEPEST} levels deep", at)
        opening = self.text[at : at + 1]
        if opening in ("'", '"'):
            return self.string(at)
        if opening == "{":
            return self._mapping(at, depth)
        if opening in ("[", "("):
            return self._sequence(at, depth)
        return self._word(at, depth)

    def string(self, at: int) -> tuple[str, int]:
        """The string that starts at `at`, and the offset behind it. Raises LiteralError where it has no end."""
        match = _STRING.match(self.text, at)
        if match is None:
            raise LiteralError("a string is cut off", at)
        return unescaped(match[0][1:-1]), match.end()

    def _word(self, at: int, depth: int) -> tuple[Any, int]:
        if number := _NUMBER.match(self.text, at):
            return _number(number[0], at), number.end()
        name = _NAME.match(self.text, at)
        if name is not None and name[0] in _CONSTANTS:
            return _CONSTANTS[name[0]], name.end()
        if name is not None and self.text.startswith("(", name.end()):
            return self._object(name.end(), depth)
        if at >= len(self.text):
            raise LiteralError("the value is cut off", at)
        raise LiteralError("a value that JSON has no place for", at)

    def _mapping(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        at = self._after_space(at + 1)
        while not self.text.startswith("}", at):
            key, at = self.value(at, depth + 1)
            if not isinstance(key, str):
                raise LiteralError("a key that is no text", at)
            at = self._after(":", at)
            found[key], at = self.value(at, depth + 1)
            at = self._after_comma("}", at)
        return found, at + 1

    def _sequence(self, at: int, depth: int) -> tuple[list[Any], int]:
        closing, found = _CLOSING[self.text[at]], []
        at = self._after_space(at + 1)
        while not self.text.startswith(closing, at):
            one, at = self.value(at, depth + 1)
            found.append(one)
            at = self._after_comma(closing, at)
        return found, at + 1

    def _object(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        """A data class by its fields, as in Message(role='user', content='hi'); those that are None are not sent."""
        found: dict[str, Any] = {}
        at = self._after_space(at + 1)
        while not self.text.startswith(")", at):
            name = _NAME.match(self.text, at)
            if name is None:
                raise LiteralError("a value that JSON has no place for", at)
            value, at = self.value(self._after("=", name.end()), depth + 1)
            at = self._after_comma(")", at)
            if value is not None:
                found[name[0]] = value
        return found, at + 1

    def _after(self, mark: str, at: int) -> int:
        at = self._after_space(at)
        if not self.text.startswith(mark, at):
            raise LiteralError("the value is cut off" if at >= len(self.text) else f"no {mark!r} where one belongs", at)
        return self._after_space(at + 1)

    def _after_comma(self, closing: str, at: int) -> int:
        at = self._after_space(at)
        return at if self.text.startswith(closing, at) else self._after(",", at)

    def _after_space(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at


def unescaped(raw: str) -> str:
    """What stands between the quotes of a Python string, with its escapes read."""
    return _ESCAPE.sub(_character, raw) if "\\" in raw else raw


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code or match[4]:
        number = int(code, 16) if code else int(match[4], 8)
        return chr(number) if number <= 0x10FFFF else "\N{REPLACEMENT CHARACTER}"
    letter = match[5]
    return _PLAIN.get(letter, letter if letter in "\\'\"" else f"\\{letter}")


def _number(text: str, at: int) -> int | float:
    if not any(mark in text for mark in ".eE"):
        return int(text)
    value = float(text)
    if not math.isfinite(value):
        raise LiteralError("a number that JSON has no place for", at)
    return value
