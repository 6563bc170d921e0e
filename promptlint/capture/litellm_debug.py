"""LiteLLM's debug log: each request as a curl command whose data is a Python dict more often than JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from promptlint.capture.about import About
from promptlint.capture.document import MOST_LINES, Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.log_text import LineCount
from promptlint.capture.python_literal import LiteralError, LiteralReader
from promptlint.errors import InputError
from promptlint.model import Request, Skipped, Source

ABOUT = About("LiteLLM's debug log", cached_tokens=False, note="a request is there twice where two handlers log it")
_MARK = re.compile(r"POST Request Sent from LiteLLM:[^\n]*+\n[^\n]{0,300}?curl -X POST")
_URL = re.compile(r"[a-z]{1,10}+://[^\s\\'\"]++")
_LONGEST_HEAD = 20_000  # address and headers
_DATA = "-d '"
_JSON = json.JSONDecoder()


class _Call(NamedTuple):
    start: int
    url: str | None
    body: Any
    is_json: bool


def accepts(document: Document) -> bool:
    """A log with such a command in it: as text, or as the message of a JSON record."""
    return _MARK.search(_text(document) or "") is not None


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests in the order of the log."""
    text = _text(document) or ""
    lines = LineCount(text)
    for number, found in enumerate(_calls(text)):
        if number >= MOST_LINES:
            raise InputError(f"more than {MOST_LINES} requests", where=document.path, hint="split the log")
        if isinstance(found, LiteralError):
            place = f"{lines.place(found.offset)}: " if document.is_text else ""
            yield Skipped(document.container(f"/{number}") or "", f"{place}{found}")
        else:
            yield from request_or_skipped(document, name, _exchange(document, number, found))


def _text(document: Document) -> str | None:
    if document.is_text:
        return document.text
    message = document.data.get("message") if isinstance(document.data, dict) else None
    return message if isinstance(message, str) else None


def _calls(text: str) -> Iterator[_Call | LiteralError]:
    reader = LiteralReader(text)
    match = _MARK.search(text)
    while match is not None:
        found, end = _call(reader, match.end())
        yield found
        match = _MARK.search(text, end)


def _call(reader: LiteralReader, at: int) -> tuple[_Call | LiteralError, int]:
    """The call whose command starts at `at`, and where to go on."""
    following = _MARK.search(reader.text, at, at + _LONGEST_HEAD)
    head = reader.text[at : following.start() if following else at + _LONGEST_HEAD]
    start = head.find(_DATA)
    if start < 0:
        return LiteralError("a command without data", at), at
    url = _URL.search(head, 0, start)
    start += at + len(_DATA)
    try:
        body, end, is_json = (_json if reader.text.startswith('{"', start) else _python)(reader, start)
    except LiteralError as error:
        return error, error.offset
    return _Call(start, url[0] if url else None, body, is_json), end


def _json(reader: LiteralReader, start: int) -> tuple[Any, int, bool]:
    """The text of the body where it is JSON; Python too may put a key in double quotes."""
    try:
        _, end = _JSON.raw_decode(reader.text, start)
    except (ValueError, RecursionError):
        return _python(reader, start)
    body = reader.text[start:end]
    reader.spend(sum(map(body.count, ",[{")), start)
    return body, end, True


def _python(reader: LiteralReader, start: int) -> tuple[Any, int, bool]:
    body, end = reader.value(start)
    if isinstance(body, dict):
        body.pop("timeout", None)  # an argument of the SDK, not of the body
    return body, end, False


def _exchange(document: Document, number: int, call: _Call) -> Exchange:
    pointer = f"/{number}" if document.is_text else "/message"
    return Exchange(pointer, call.body, url=call.url, from_sdk=True, source=_source(document, call))


def _source(document: Document, call: _Call) -> Source:
    if not document.is_text:
        return document.source("/message", "opaque")
    # Of a Python dict no inside can be addressed: from the quote before it on, every place in it is that quote.
    return Source(document.text, call.start if call.is_json else call.start - 1)
