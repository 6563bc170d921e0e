"""vcrpy cassettes, YAML or JSON, with the variations of the projects that use them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.response import header, instant
from promptlint.model import Request, Skipped

ABOUT = About("vcrpy cassettes, YAML or JSON", note="a parsed_body in YAML has lost its key order")


def accepts(document: Document) -> bool:
    """Interactions whose requests have a `uri`: recorders in other languages call it `url`, or nest it elsewhere."""
    listed = document.data.get("interactions") if isinstance(document.data, dict) else None
    if not isinstance(listed, list):
        return False
    return not listed or any("uri" in _member(one, "request") for one in listed)


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests of all interactions, in the order of the file."""
    for number, one in enumerate(document.data["interactions"]):
        pointer = f"/interactions/{number}"
        request = _member(one, "request")
        if request:
            yield from request_or_skipped(document, name, _exchange(document, one, request, f"{pointer}/request"))
        else:
            yield Skipped(document.container(pointer) or "", "an interaction without a request")


def _member(value: Any, key: str) -> dict[str, Any]:
    member = value.get(key) if isinstance(value, dict) else None
    return member if isinstance(member, dict) else {}


def _exchange(document: Document, one: dict[str, Any], request: dict[str, Any], pointer: str) -> Exchange:
    response = _member(one, "response")
    method, uri = request.get("method"), request.get("uri")
    where, body = _body(request)
    mapping_in_yaml = document.is_yaml and not isinstance(body, str | bytes)
    return Exchange(
        pointer + where,
        body,
        method if isinstance(method, str) else None,
        uri if isinstance(uri, str) else None,
        recorded_at=instant(one.get("recorded_at")) or instant(header(response.get("headers"), "date")),
        answer=_answer(response),
        key_order_kept=not mapping_in_yaml,  # PyYAML sorts the keys of a mapping when it writes one
        from_yaml=mapping_in_yaml,
    )


def _body(request: dict[str, Any]) -> tuple[str, Any]:
    """Where the body stands in the request, and the body: text, bytes, or already parsed."""
    if "parsed_body" in request:
        return "/parsed_body", request["parsed_body"]
    body = request.get("body")
    # Some serializers wrap the text as they do for answers; others put the parsed body right here.
    if isinstance(body, dict) and body.keys() <= {"string", "encoding", "base64_string"}:
        if "base64_string" in body:
            return "/body/base64_string", _unpacked(body["base64_string"])
        return "/body/string", body.get("string")
    return "/body", body


def _unpacked(text: Any) -> bytes | None:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError, TypeError):
        return None


def _answer(response: dict[str, Any]) -> Any:
    """The response's body, wherever this version and this serializer put it."""
    if "parsed_body" in response:
        return response["parsed_body"]
    body = response.get("body", response.get("content"))
    if isinstance(body, dict):
        return body.get("string", _unpacked(body.get("base64_string")))
    return body
