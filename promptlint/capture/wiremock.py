"""WireMock and MockServer: stubs whose pattern is the whole request body, and the journal of what was received."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.recorded import member, text_member
from promptlint.capture.recorded_body import RecordedBody, body_of, from_base64, unwrapped
from promptlint.capture.response import header, instant
from promptlint.model import Request, Skipped

ABOUT = About("WireMock mappings and journals, MockServer expectations")
_ADDRESSES = ("absoluteUrl", "url", "urlPath", "urlPattern", "urlPathPattern", "urlPathTemplate", "path")
_PATTERNS = ("equalToJson", "equalTo", "binaryEqualTo")
_LISTS = ("mappings", "requests", "serveEvents")
_ONLY_HERE = {
    "bodyPatterns",
    "urlPath",
    "urlPattern",
    "urlPathPattern",
    "bodyAsBase64",
    "loggedDate",
    "loggedDateString",
}
_ONLY_BESIDE = {"responseDefinition", "wasMatched", "stubMapping", "requiredScenarioState", "newScenarioState"}
_MILLISECONDS = 1000


def accepts(document: Document) -> bool:
    """A stub, a received request or a list of them, or MockServer's `httpRequest`."""
    return any(_is_call(one) for _, one in _listed(document.data))


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests of all stubs or all events, in the order of the file."""
    for pointer, one in _listed(document.data):
        key = next((key for key in ("request", "httpRequest") if member(one, key)), None)
        request = member(one, key) if key else one
        if isinstance(request, dict) and text_member(request, *_ADDRESSES) is not None:
            where = f"{pointer}/{key}" if key else pointer
            yield from request_or_skipped(document, name, _exchange(document, one, request, where))
        else:
            yield Skipped(document.container(pointer) or "", "no request")


def _listed(data: Any) -> list[tuple[str, Any]]:
    """Pointer and value of each stub or event of the document."""
    if isinstance(data, list):
        return [(f"/{number}", one) for number, one in enumerate(data)]
    key = next((key for key in _LISTS if isinstance(data, dict) and isinstance(data.get(key), list)), None)
    return [("", data)] if key is None else [(f"/{key}/{number}", one) for number, one in enumerate(data[key])]


def _is_call(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("httpRequest"), dict):
        return True
    request = member(value, "request")
    if not request:
        return text_member(value, *_ADDRESSES) is not None and not _ONLY_HERE.isdisjoint(value)
    return not (_ONLY_HERE.isdisjoint(request) and _ONLY_BESIDE.isdisjoint(value))


def _exchange(document: Document, call: dict[str, Any], request: dict[str, Any], pointer: str) -> Exchange:
    found = _body(request)
    response = next((member(call, key) for key in _RESPONSES if member(call, key)), {})
    return Exchange(
        pointer + found.pointer,
        found.value,
        text_member(request, "method"),
        text_member(request, *_ADDRESSES),
        recorded_at=instant(request.get("loggedDateString")) or instant(header(response.get("headers"), "date")),
        answer=_answer(response),
        from_yaml=document.is_yaml and not isinstance(found.value, str | bytes),
        packed=found.packed,
    )


_RESPONSES = ("response", "httpResponse", "responseDefinition")


def _body(request: dict[str, Any]) -> RecordedBody:
    """The received body, or the one that a stub asks for."""
    if "bodyAsBase64" in request and not request.get("body"):
        return RecordedBody("/bodyAsBase64", from_base64(request["bodyAsBase64"]), packed=True)
    patterns = request.get("bodyPatterns")
    for number, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        key = next((key for key in _PATTERNS if isinstance(pattern, dict) and key in pattern), None)
        if key is not None:
            return _pattern(f"/bodyPatterns/{number}/{key}", key, pattern[key])
    return body_of(request)


def _pattern(pointer: str, key: str, value: Any) -> RecordedBody:
    if key == "binaryEqualTo":
        return RecordedBody(pointer, from_base64(value), packed=True)
    return RecordedBody(pointer, value)


def _answer(response: dict[str, Any]) -> Any:
    """The body of a response, in WireMock's three spellings or in MockServer's."""
    if "jsonBody" in response:
        return response["jsonBody"]
    packed = next((response[key] for key in ("base64Body", "bodyAsBase64") if key in response), None)
    if packed is not None and "body" not in response:
        return from_base64(packed)
    return unwrapped(RecordedBody("/body", response.get("body"))).value
