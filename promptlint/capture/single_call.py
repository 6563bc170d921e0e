"""One recorded call: `{request, response}`, or the request itself with its address; one in a file, or on each line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.recorded import exchange_of, is_request, listed, member, read_call
from promptlint.dialect import sniff
from promptlint.model import Request, Skipped

ABOUT = About("recorded calls: {request, response}, or {url, headers, body}")


def accepts(document: Document) -> bool:
    """A call, or a list of calls."""
    return any(_is_call(one) for _, one in listed(document.data))


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The request of each call."""
    for pointer, one in listed(document.data):
        if _is_bare(one):
            exchange = Exchange(f"{pointer}/request", one["request"], answer=one["response"])
            yield from request_or_skipped(document, name, exchange)
        elif isinstance(one, dict) and "request" not in one and is_request(one):
            response = member(one, "response")
            yield from request_or_skipped(document, name, exchange_of(document, one, one, response, pointer))
        else:
            yield from read_call(document, name, one, pointer)


def _is_call(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    if "request" in value:
        return is_request(value["request"]) or _is_bare(value)
    return is_request(value) and "body" in value


def _is_bare(value: Any) -> bool:
    """A request's body and its answer, without an address: what a program that logs its calls writes."""
    return isinstance(value, dict) and "response" in value and sniff(value.get("request"), None) is not None
