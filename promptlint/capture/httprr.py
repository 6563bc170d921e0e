"""httprr traces: raw HTTP requests and responses one after the other, each with the number of its bytes before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from promptlint.capture.about import About
from promptlint.capture.document import MOST_LINES, Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.response import header, instant
from promptlint.errors import InputError
from promptlint.model import Request, Skipped, Source

ABOUT = About("httprr traces")
_FIRST_LINE = "httprr trace v1"
_LENGTHS = re.compile(rb"(\d{1,10}) (\d{1,10})\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})(?:;[^\r\n]{0,200})?\r\n")
_END = re.compile(rb"\s*+\Z")
_CHUNKED = "chunked"


class _Reached(NamedTuple):
    """A byte of the trace as a place in its text; counted on the way, because counting anew is quadratic."""

    byte: int = 0
    characters: int = 0
    line: int = 1

    def at(self, raw: bytes, byte: int) -> _Reached:
        """The place of a later byte."""
        between = raw[self.byte : byte]
        characters = len(between.decode("utf-8", "surrogateescape"))
        return _Reached(byte, self.characters + characters, self.line + between.count(b"\n"))


class _Message(NamedTuple):
    first: list[str]  # the words of its first line
    headers: dict[str, str]
    body: bytes
    body_at: int  # in the bytes of the trace


def accepts(document: Document) -> bool:
    """A text that begins as a trace does."""
    return document.is_text and document.text.startswith(_FIRST_LINE)


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests of the trace; what comes after a broken length cannot be told apart any more and is skipped."""
    raw = document.text.encode("utf-8", "surrogateescape")
    reached = _Reached()
    number, at = 0, raw.find(b"\n") + 1
    while at and not _END.match(raw, at):
        if number >= MOST_LINES:
            raise InputError(f"more than {MOST_LINES} requests", where=document.path, hint="split the trace")
        ends = _ends(raw, at)
        if ends is None:
            yield Skipped(f"/{number}", "the trace cannot be read from here on: no lengths, or less than they promise")
            return
        request, response = _message(raw, ends[0], ends[1]), _message(raw, ends[1], ends[2])
        reached = reached.at(raw, request.body_at)
        yield from request_or_skipped(document, name, _exchange(document, request, response, number, reached))
        number, at = number + 1, ends[2]


def _ends(raw: bytes, at: int) -> tuple[int, int, int] | None:
    """Where the request of a record starts, where it ends, and where the response ends."""
    lengths = _LENGTHS.match(raw, at)
    if lengths is None:
        return None
    start, end = lengths.end(), lengths.end() + int(lengths[1])
    return None if end + int(lengths[2]) > len(raw) else (start, end, end + int(lengths[2]))


def _exchange(document: Document, request: _Message, response: _Message, number: int, reached: _Reached) -> Exchange:
    method, url = (*request.first, "", "")[:2]
    is_json = request.body.lstrip().startswith(b"{")
    return Exchange(
        f"/{number}",
        request.body,
        method,
        _absolute(url, request.headers),
        recorded_at=instant(header(response.headers, "date")),
        answer=response.body,
        # A body begins on a line of its own.
        source=Source(document.text, reached.characters, fallback=None if is_json else (reached.line, 1)),
    )


def _absolute(url: str, headers: dict[str, str]) -> str:
    return f"https://{headers.get('host', '')}{url}" if url.startswith("/") else url


def _message(raw: bytes, start: int, end: int) -> _Message:
    blank = _HEAD_END.search(raw, start, end)
    head_end, body_at = (end, end) if blank is None else blank.span()
    first, *lines = raw[start:head_end].decode("utf-8", "replace").splitlines() or [""]
    named = (line.partition(":") for line in lines)
    headers = {key.strip().lower(): value.strip() for key, _, value in named}
    body = raw[body_at:end]
    if headers.get("transfer-encoding", "").lower() == _CHUNKED:
        body = _joined(body)
    return _Message(first.split(), headers, body, body_at)


def _joined(body: bytes) -> bytes:
    """A chunked body as one; as it is, where it is not chunked after all."""
    parts: list[bytes] = []
    at = 0
    while (size := _CHUNK.match(body, at)) is not None:
        length = int(size[1], 16)
        if not length:
            return b"".join(parts)
        parts.append(body[size.end() : size.end() + length])
        at = size.end() + length + len(b"\r\n")
    return b"".join(parts) if parts else body
