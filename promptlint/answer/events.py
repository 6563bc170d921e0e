"""An answer → its JSON documents, be it one JSON text, an event stream, or lines and lists of JSON."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from promptlint.answer import aws_stream
from promptlint.model import JsonObject

_MOST_CHARACTERS = 16 * 1024 * 1024
_MOST_EVENTS = 200_000
_MOST_VALUES = 1_000_000  # an object in an object costs 60 times its text in memory
_DECODER = json.JSONDecoder()
_FIELD = re.compile(r"(?P<name>data|event|id|retry|):")
_BETWEEN = re.compile(r"[\s,\[\x1e]*+")  # what may stand between JSON texts: also that of a list which was cut off
_CHUNK = re.compile(rb"(?P<size>[0-9A-Fa-f]{1,7})(?:;[^\r\n]{0,200})?\r\n")
_LONGEST_SIZE_LINE = 256
_PACKED_STREAM = "AAA"  # the first byte of a message's length, in base64, is always 0


def documents(answer: Any, word: str = "") -> list[JsonObject]:
    """The JSON objects of an answer, in order; of its texts only those with `word` in them are looked at."""
    if isinstance(answer, dict):
        return [answer]
    if isinstance(answer, list) and not all(isinstance(item, str) for item in answer):
        return [item for item in answer[:_MOST_EVENTS] if isinstance(item, dict)]
    if isinstance(answer, str) and word not in answer and not answer.startswith(("\0", _PACKED_STREAM)):
        return []  # most answers have no such word, and some are large
    texts = [text for text in islice(_texts(answer), _MOST_EVENTS) if word in text]
    if sum(text.count(mark) for text in texts for mark in ",[{") > _MOST_VALUES:
        return []
    return list(islice((one for text in texts for one in _objects(text)), _MOST_EVENTS))


def _texts(answer: Any) -> Iterator[str]:
    """The JSON texts of an answer."""
    if isinstance(answer, list):
        answer = "".join(answer)  # the pieces of a stream, as they came
    if not isinstance(answer, str | bytes) or len(answer) > _MOST_CHARACTERS:
        return
    binary = _binary(answer)
    if binary is not None:
        yield from aws_stream.payloads(binary)
        return
    text = _joined(answer if isinstance(answer, str) else answer.decode("utf-8", "replace"))
    if _FIELD.match(text):
        yield from _data(text)
    elif text[:1] in ("{", "["):
        yield text


def _binary(answer: str | bytes) -> bytes | None:
    """The bytes of a binary event stream, also of one that a recorder took for text."""
    if isinstance(answer, bytes):
        return answer if aws_stream.is_stream(answer) else None
    if answer.startswith("\0"):
        spellings = (_encoded(answer, "utf-8"), _encoded(answer, "latin-1"))
        return next((raw for raw in spellings if aws_stream.is_stream(raw)), None)
    if answer.startswith(_PACKED_STREAM):
        try:
            raw = base64.b64decode(answer)
        except (binascii.Error, ValueError):
            return None
        return raw if aws_stream.is_stream(raw) else None
    return None


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return b""


def _joined(text: str) -> str:
    """The text without what stands around it: a byte order mark, and the sizes of chunks that were left in."""
    text = text.lstrip("\ufeff \t\r\n")
    if not _CHUNK.match(text[:_LONGEST_SIZE_LINE].encode("utf-8", "replace")):
        return text
    raw, at, pieces = text.encode("utf-8", "replace"), 0, []
    while (match := _CHUNK.match(raw, at)) is not None:
        at = match.end() + int(match["size"], 16)
        pieces.append(raw[match.end() : at])
        at += 2
    return b"".join(pieces).decode("utf-8", "replace").lstrip() if pieces else text


def _data(text: str) -> Iterator[str]:
    """The data of each event of a stream of server-sent events."""
    lines: list[str] = []
    # Not splitlines: JSON may hold a bare U+2028.
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        match = _FIELD.match(line)
        if match is not None and match["name"] == "data":
            lines.append(line[match.end() :].removeprefix(" "))
        elif not line and lines:
            yield from _event(lines)
            lines = []
    if lines:
        yield from _event(lines)


def _event(lines: list[str]) -> Iterator[str]:
    """One text; several where the empty lines between events are gone and each line is one."""
    if len(lines) > 1 and all(line.startswith("{") and line.rstrip().endswith("}") for line in lines):
        yield from lines
    else:
        yield "\n".join(lines)


def _objects(text: str) -> Iterator[JsonObject]:
    """The objects that stand in a text one behind the other, or in a list, up to what cannot be read."""
    at = _start(text, 0)
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        if isinstance(value, dict):
            yield value
        at = _start(text, at)


def _start(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at
