"""Cassettes with the requests in one list and the responses in another, as LangChain's tests keep them (gzipped)."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.exchange import request_or_skipped
from promptlint.capture.recorded import exchange_of, is_request
from promptlint.model import Request, Skipped

ABOUT = About("cassettes with a list of requests and one of responses")


def accepts(document: Document) -> bool:
    """Two lists, the first of HTTP requests."""
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("responses"), list):
        return False
    requests = data.get("requests")
    return isinstance(requests, list) and any(map(is_request, requests))


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """All requests, each with the response of the same number."""
    responses = document.data["responses"]
    for number, request in enumerate(document.data["requests"]):
        pointer = f"/requests/{number}"
        if isinstance(request, dict):
            response = responses[number] if number < len(responses) else None
            known = response if isinstance(response, dict) else {}
            yield from request_or_skipped(document, name, exchange_of(document, request, request, known, pointer))
        else:
            yield Skipped(document.container(pointer) or "", "no request")
