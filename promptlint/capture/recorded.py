"""A recorded HTTP call as two mappings, in the spellings of the recorders: what many containers hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.recorded_body import RecordedBody, body_of
from promptlint.capture.response import header, instant
from promptlint.model import Request, Skipped

_URL_KEYS = ("uri", "url", "absoluteUrl")
_TIME_KEYS = ("recorded_at", "timestamp", "startedDateTime")


def listed(data: Any) -> list[tuple[str, Any]]:
    """The items of a list, or the one thing that is none, each with its pointer."""
    return [(f"/{number}", one) for number, one in enumerate(data)] if isinstance(data, list) else [("", data)]


def member(value: Any, key: str) -> dict[str, Any]:
    """The mapping under a key; an empty one where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def text_member(message: dict[str, Any], *keys: str) -> str | None:
    """The first of the members that is text."""
    return next((message[key] for key in keys if isinstance(message.get(key), str)), None)


def is_request(value: Any) -> bool:
    """Is it a request that went over HTTP: an address, and a method or a body."""
    if not isinstance(value, dict) or text_member(value, *_URL_KEYS) is None:
        return False
    return not value.keys().isdisjoint({"method", "body", "parsed_body"})


def read_call(document: Document, name: str, call: Any, pointer: str) -> Iterator[Request | Skipped]:
    """The request of a call: a mapping with `request` and, where it was recorded, `response`."""
    request = member(call, "request")
    if request:
        exchange = exchange_of(document, call, request, member(call, "response"), f"{pointer}/request")
        yield from request_or_skipped(document, name, exchange)
    else:
        yield Skipped(document.container(pointer) or "", "an interaction without a request")


def exchange_of(
    document: Document,
    call: dict[str, Any],
    request: dict[str, Any],
    response: dict[str, Any],
    pointer: str,
    found: RecordedBody | None = None,
) -> Exchange:
    """The exchange of a request, at `pointer`, and its response; `call` is what has both."""
    found = found or body_of(request)
    mapping_in_yaml = document.is_yaml and not isinstance(found.value, str | bytes)
    return Exchange(
        pointer + found.pointer,
        found.value,
        text_member(request, "method"),
        text_member(request, *_URL_KEYS),
        recorded_at=_recorded_at(call, response),
        answer=answer_of(response),
        key_order_kept=not mapping_in_yaml,  # the YAML libraries sort the keys of a mapping when they write one
        from_yaml=mapping_in_yaml,
        packed=found.packed,
    )


def answer_of(response: dict[str, Any]) -> Any:
    """The response's body, wherever this recorder put it."""
    return body_of(response, ("parsed_body", "body", "content")).value


def _recorded_at(call: dict[str, Any], response: dict[str, Any]) -> Any:
    times = (instant(call.get(key)) for key in _TIME_KEYS)
    return next((time for time in times if time is not None), None) or instant(header(response.get("headers"), "date"))
