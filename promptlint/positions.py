"""JSON pointer → line and column of the capture file, looked up only when something there has to be shown.

The scanner trusts its text: a body is parsed before anybody asks for a place in it. It reads only the members on the
way to the value and jumps over the others, so that a place in the middle of 1 MB costs milliseconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from promptlint.records import dataclass

if TYPE_CHECKING:
    from promptlint.model import Place, Request, Source

# Possessive throughout: a regular expression that can give nothing back is linear on hostile text too.
STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_TO_BRACKET = re.compile(r'[^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+', re.DOTALL)
_SPACE = re.compile(r"[ \t\n\r]*+")
_SCALAR = re.compile(r"[^\s,\]}]*+")
_ATOM = re.compile(rf"(?P<string>{STRING.pattern})(?P<colon>\s*+:)?|[^\s,:\[\]{{}}\"]++", re.DOTALL)
_HEX = "[0-9a-fA-F]{2}"
_ESCAPE = re.compile(rf"\\(?:u[dD][89abAB]{_HEX}\\u[dD][c-fC-F]{_HEX}|u{_HEX}{_HEX}|.)", re.DOTALL)
_INDEX = re.compile("0|[1-9][0-9]{0,17}")
AtomKind = Literal["key", "text", "other"]


@dataclass(frozen=True, slots=True)
class _Found:
    at: int
    key_at: int | None = None
    complete: bool = True  # false: `at` is the nearest ancestor that exists


def place(request: Request, pointer: str, offset: int | None = None, key: bool = False) -> Place:
    """The place of the value at `pointer`, of its character number `offset`, or of its key.

    `offset` counts code points of the decoded string value. Where there is no such value the place is that of the
    nearest enclosing one that exists, and not exact; a request without a file has no line at all.
    """
    from promptlint.model import Place

    if request.source is None:
        return Place(request.path, pointer, None, None, exact=False)
    return place_in(request.source, request.path, pointer, offset, key)


def place_in(source: Source, path: str, pointer: str, offset: int | None = None, key: bool = False) -> Place:
    """The same where there is no request yet, and perhaps never will be."""
    from promptlint.model import Place

    if source.fallback is not None:
        return Place(path, pointer, *source.fallback, exact=False)
    text = source.text if source.stretch is None else source.stretch.text()
    if text is None:
        return Place(path, pointer, source.stretch.number if source.stretch else None, 1, exact=False)
    at, exact = _locate(text, source.start, _steps(source, pointer), offset, key)
    number, column = line_and_column(text, at)
    return Place(path, pointer, number if source.stretch is None else source.stretch.number, column, exact)


def line(request: Request) -> int | None:
    """The line where a request's body begins; None for one without a file."""
    if request.source is not None and request.source.stretch is not None:
        return request.source.stretch.number
    return place(request, "").line


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The 1-based line and column, in code points, of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def json_atoms(text: str) -> list[tuple[int, int, AtomKind]]:
    """Where each key, each string and each other scalar of a JSON text starts and ends, quotes left out.

    Raises ValueError for what is not JSON.
    """
    try:
        json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return [_atom(match) for match in _ATOM.finditer(text)]


def _atom(match: re.Match[str]) -> tuple[int, int, AtomKind]:
    string = match["string"]
    if string is None:
        return match.start(), match.end(), "other"
    return match.start() + 1, match.start() + len(string) - 1, "text" if match["colon"] is None else "key"


def origin(pointer: str, origins: Mapping[str, str]) -> str:
    """Where a value stood before it was moved: the longest entry of `origins` that it lies under counts."""
    head = pointer
    while head not in origins:
        if not head:
            return pointer
        head = head.rpartition("/")[0]
    return origins[head] + pointer[len(head) :]


def step(key: str | int) -> str:
    """One more step of a JSON pointer, as RFC 6901 spells it."""
    return "/" + str(key).replace("~", "~0").replace("/", "~1")


def keys(pointer: str) -> list[str]:
    """The steps of a JSON pointer, as the keys and indexes they stand for."""
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]


def _steps(source: Source, pointer: str) -> tuple[str, ...]:
    *outer, body = source.steps
    target = body + origin(pointer, source.moved)
    inside = next((text for text in source.texts if target.startswith(text + "/")), None)
    return (*outer, target) if inside is None else (*outer, inside, target[len(inside) :])


def _locate(text: str, start: int, steps: tuple[str, ...], offset: int | None, key: bool) -> tuple[int, bool]:
    found = _find(text, start, keys(steps[0]))
    if not found.complete:
        return found.at, False
    if len(steps) == 1:
        return _final(text, found, offset, key)
    inner, exact = _locate(_decoded(text, found.at), 0, steps[1:], offset, key)
    return _raw_offset(text, found.at, inner), exact


def _final(text: str, found: _Found, offset: int | None, key: bool) -> tuple[int, bool]:
    if key:
        return found.at if found.key_at is None else found.key_at, True
    if offset is None:
        return found.at, True
    return _raw_offset(text, found.at, offset), text.startswith('"', found.at)


def _find(text: str, at: int, names: list[str]) -> _Found:
    found = _Found(_after_space(text, at))
    for name in names:
        deeper = _child(text, found.at, name)
        if deeper is None:
            return _Found(found.at, complete=False)
        found = deeper
    return found


def _child(text: str, at: int, name: str) -> _Found | None:
    if text[at : at + 1] == "{":
        return _member(text, at, name)
    if text[at : at + 1] == "[" and _INDEX.fullmatch(name):
        return _item(text, at, int(name))
    return None


def _member(text: str, at: int, name: str) -> _Found | None:
    at = _after_space(text, at + 1)
    while key := STRING.match(text, at):
        value_at = _after_space(text, _after_space(text, key.end()) + 1)
        if _is_key(key[0], name):
            return _Found(value_at, key.start())
        at = _after_comma(text, _end(text, value_at))
    return None


def _is_key(raw: str, name: str) -> bool:
    return raw[1:-1] == name if "\\" not in raw else json.loads(raw) == name


def _item(text: str, at: int, index: int) -> _Found | None:
    at = _after_space(text, at + 1)
    while at < len(text) and text[at] != "]":
        if index == 0:
            return _Found(at)
        index -= 1
        at = _after_comma(text, _end(text, at))
    return None


def _end(text: str, at: int) -> int:
    """The offset behind the value that starts at `at`."""
    if text[at] == '"':
        string = STRING.match(text, at)
        return string.end() if string else len(text)
    if text[at] not in "[{":
        return _match_end(_SCALAR, text, at)
    depth = 1
    while depth and at < len(text):
        at = _match_end(_TO_BRACKET, text, at + 1)
        depth += 1 if text[at : at + 1] in ("[", "{") else -1
    return at + 1


def _after_space(text: str, at: int) -> int:
    return _match_end(_SPACE, text, at)


def _after_comma(text: str, at: int) -> int:
    at = _after_space(text, at)
    return _after_space(text, at + 1) if text[at : at + 1] == "," else at


def _match_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _decoded(text: str, at: int) -> str:
    string = STRING.match(text, at)
    return str(json.loads(string[0])) if string else ""


def _raw_offset(text: str, opening: int, offset: int) -> int:
    """Where character number `offset` of the decoded string stands in the raw text."""
    string = STRING.match(text, opening)
    if string is None:
        return opening
    first, end = opening + 1, string.end() - 1
    for escape in _ESCAPE.finditer(text, first, end):
        if escape.start() - first >= offset:
            break
        first += len(escape[0]) - 1  # that much longer than the one character it stands for
    return min(first + offset, end)
