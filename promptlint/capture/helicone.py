"""Helicone exports: the bodies that its gateway saw, with its own counts and the client's properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.response import header, instant
from promptlint.model import JsonObject, Request, Skipped

ABOUT = About("Helicone exports", note="exported with --include-body, or the bodies are not there")
_BESIDE = {"request_id", "request_created_at", "request_model", "request_path", "response_body", "signed_body_url"}
_PROPERTIES = ("request_properties", "properties", "request_headers")


def accepts(document: Document) -> bool:
    """A record of a request, flat or nested, or a list of them."""
    return any(_parts(one) is not None for _, one in _listed(document.data))


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests in the order of the file."""
    for pointer, one in _listed(document.data):
        parts = _parts(one)
        if parts is None:
            yield Skipped(document.container(pointer) or "", "a record without a request")
        elif parts[1] in (None, "", {}):
            reason = "the body is not in the export: it lies behind a signed URL"
            yield Skipped(document.container(pointer) or "", reason if "signed_body_url" in one else "no body")
        else:
            yield from request_or_skipped(document, name, _exchange(one, pointer, *parts))


def _listed(data: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(data, list):
        yield from ((f"/{number}", one) for number, one in enumerate(data))
    elif isinstance(data, dict) and isinstance(data.get("data"), list):
        yield from ((f"/data/{number}", one) for number, one in enumerate(data["data"]))
    else:
        yield "", data


def _parts(one: Any) -> tuple[str, Any, Any] | None:
    """Where the body of a record stands, that body, and the answer's; None for what is no such record."""
    if not isinstance(one, dict):
        return None
    if "request_body" in one and not _BESIDE.isdisjoint(one):
        return "/request_body", one["request_body"], one.get("response_body")
    if "signed_body_url" in one and "request_id" in one:
        return "", None, None
    request, response = one.get("request"), one.get("response")
    if isinstance(request, dict) and "body" in request and ("properties" in one or "properties" in request):
        return "/request/body", request["body"], response.get("body") if isinstance(response, dict) else None
    return None


def _exchange(one: JsonObject, pointer: str, where: str, body: Any, answer: Any) -> Exchange:
    nested = one["request"] if where == "/request/body" else {}
    url = one.get("request_path", nested.get("path"))
    cached = one.get("prompt_cache_read_tokens")
    return Exchange(
        pointer + where,
        body,
        url=url if isinstance(url, str) else None,
        recorded_at=instant(one.get("request_created_at", nested.get("created_at"))),
        answer=answer,
        # Its column is 0 too where the provider counted nothing.
        cached_tokens=cached if isinstance(cached, int) and cached > 0 else None,
        session=_session(one, nested),
    )


def _session(one: JsonObject, nested: JsonObject) -> str | None:
    found = [header(part.get(key), "helicone-session-id") for part in (one, nested) for key in _PROPERTIES]
    return next((session for session in found if session), None)
