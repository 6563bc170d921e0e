"""claude-trace logs: what Claude Code sent and what came back, a pair on each line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.clock import since_epoch
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.model import Request, Skipped

ABOUT = About("claude-trace logs", note="it leaves out requests of one or two messages, unless told to keep them")


def accepts(document: Document) -> bool:
    """A pair of request and response, with the time when it was logged."""
    data = document.data
    return isinstance(data, dict) and {"request", "response", "logged_at"} <= data.keys()


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The request of the pair; the response of an orphan is null."""
    request = document.data["request"]
    if not isinstance(request, dict):
        yield Skipped(document.container("") or "", "a pair without a request")
        return
    method, url = request.get("method"), request.get("url")
    exchange = Exchange(
        "/request/body",
        request.get("body"),
        method if isinstance(method, str) else None,
        url if isinstance(url, str) else None,
        recorded_at=since_epoch(request.get("timestamp")),
        answer=_answer(document.data["response"]),
    )
    yield from request_or_skipped(document, name, exchange)


def _answer(response: Any) -> Any:
    if not isinstance(response, dict):
        return None
    raw = response.get("body_raw")
    return raw if isinstance(raw, str) and raw else response.get("body")
