"""One exchange that went through, and the capture that is made of it.

No header is written and no query of an address: that is where keys and cookies are.
"""

from __future__ import annotations

import base64
from datetime import datetime
from http import HTTPStatus
from typing import Literal, NamedTuple

from promptlint.dialect import sniff
from promptlint.dialect.endpoints import other_endpoint
from promptlint.model import JsonObject
from promptlint.recording import stepwise
from promptlint.recording.content_coding import unpacked
from promptlint.records import dataclass

MOST_OF_A_REQUEST = 64 * 1024 * 1024  # bytes of a body, which is what the reader takes
MOST_OF_AN_ANSWER = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """A body as it went over the wire; `raw` is None where it was too long to be kept."""

    raw: bytes | None
    coding: str = ""  # its Content-Encoding


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may be one to an LLM, and as much of its answer as came."""

    url: str  # as it may be written: see public_url
    began: datetime
    body: Content
    status: int | None = None  # None: no answer came
    answer: Content = Content(b"")
    complete: bool = True  # did the answer come to its end


class Lost(NamedTuple):
    """What of a call could not be kept, and why."""

    part: Literal["request", "answer"]
    reason: str


class Captured(NamedTuple):
    """The content of a capture file, None for what is no LLM request; and what could not be kept of it."""

    content: bytes | None
    lost: Lost | None = None


def may_be_captured(method: str, url: str) -> bool:
    """Is it worth holding the bodies until they can be looked at."""
    return method == "POST" and other_endpoint(url) is None


def captured(call: Call) -> Captured:
    """The call as a file of format recorded-calls."""
    body = _plain(call.body, MOST_OF_A_REQUEST)
    if body is None:
        return Captured(None, Lost("request", _why(call.body, MOST_OF_A_REQUEST)))
    if not _is_llm_request(body, call.url):
        return Captured(None)
    if call.status is not None and call.status >= HTTPStatus.BAD_REQUEST:
        # It is sent once more as a rule, and would be counted twice.
        return Captured(None, Lost("request", f"answered with {call.status}"))
    answer = _plain(call.answer, MOST_OF_AN_ANSWER)
    document = {
        "recorded_at": call.began.isoformat(),
        "request": {"method": "POST", "url": call.url, **_body(body)},
        "response": None if call.status is None else _response(call, answer),
    }
    lost = None if answer is not None else Lost("answer", _why(call.answer, MOST_OF_AN_ANSWER))
    return Captured(b"".join((*stepwise.dumped(document), b"\n")), lost)


def _response(call: Call, answer: bytes | None) -> JsonObject:
    cut_off = {} if call.complete else {"complete": False}
    return {"status": call.status, **cut_off, **_body(answer)}


def _plain(content: Content, most: int) -> bytes | None:
    return None if content.raw is None else unpacked(content.raw, content.coding, most)


def _why(content: Content, most: int) -> str:
    if content.raw is None:
        return f"larger than {most >> 20} MiB"
    return f"cannot be unpacked from {content.coding[:20]!r}"


def _is_llm_request(body: bytes, url: str) -> bool:
    try:
        return sniff(stepwise.loads(body), url) is not None
    except (ValueError, RecursionError):
        return False


def _body(content: bytes | None) -> JsonObject:
    """The body as text, byte for byte; as base64 where it is none."""
    if content is None:
        return {"body": None}
    try:
        return {"body": stepwise.decoded(content)}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(content).decode(), "encoding": "base64"}
