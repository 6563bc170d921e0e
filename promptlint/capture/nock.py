"""Fixtures of nock: a list of calls, their bodies parsed where they were JSON, in hexadecimal where they were not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.recorded import listed, text_member
from promptlint.capture.recorded_body import RecordedBody, from_hex_chunks, unwrapped
from promptlint.capture.response import header, instant
from promptlint.model import Request, Skipped

ABOUT = About("nock fixtures")


def accepts(document: Document) -> bool:
    """Calls with a scope, a method and a path."""
    return any(_is_call(one) for _, one in listed(document.data))


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests of all calls, in the order of the file."""
    for pointer, one in listed(document.data):
        if _is_call(one):
            yield from request_or_skipped(document, name, _exchange(document, one, pointer))
        else:
            yield Skipped(document.container(pointer) or "", "a call without a scope")


def _is_call(value: Any) -> bool:
    return isinstance(value, dict) and {"scope", "method", "path"} <= value.keys()


def _exchange(document: Document, call: dict[str, Any], pointer: str) -> Exchange:
    found = _unpacked(unwrapped(RecordedBody("/body", call.get("body"))))
    headers = call.get("rawHeaders", call.get("headers"))
    mapping_in_yaml = document.is_yaml and not isinstance(found.value, str | bytes)
    return Exchange(
        pointer + found.pointer,
        found.value,
        text_member(call, "method"),
        (text_member(call, "scope") or "") + (text_member(call, "path") or ""),
        recorded_at=instant(header(headers, "date")),
        answer=_answer(call.get("response")),
        from_yaml=mapping_in_yaml,
        packed=found.packed,
    )


def _unpacked(found: RecordedBody) -> RecordedBody:
    """A body that is one hexadecimal text, as nock writes what is not UTF-8; JSON never looks like that."""
    raw = from_hex_chunks([found.value]) if isinstance(found.value, str) and len(found.value) > 1 else None
    return found if raw is None else RecordedBody(found.pointer, raw, packed=True)


def _answer(response: Any) -> Any:
    """The response: parsed, text, or hexadecimal, in one text or in a list of them."""
    if isinstance(response, str | list):
        raw = from_hex_chunks([response] if isinstance(response, str) else response)
        return response if raw is None else raw
    return response
