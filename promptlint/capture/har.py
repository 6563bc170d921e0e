"""HAR: what browsers and proxies write."""

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

ABOUT = About("HAR: browsers and proxies")


def accepts(document: Document) -> bool:
    """A log with entries."""
    log = document.data.get("log") if isinstance(document.data, dict) else None
    return isinstance(log, dict) and isinstance(log.get("entries"), list)


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests of all entries, in the order of the file."""
    for number, entry in enumerate(document.data["log"]["entries"]):
        pointer = f"/log/entries/{number}"
        request = entry.get("request") if isinstance(entry, dict) else None
        if isinstance(request, dict):
            yield from request_or_skipped(document, name, _exchange(entry, request, f"{pointer}/request"))
        else:
            yield Skipped(document.container(pointer) or "", "an entry without a request")


def _exchange(entry: dict[str, Any], request: dict[str, Any], pointer: str) -> Exchange:
    post = request.get("postData")
    method, url = request.get("method"), request.get("url")
    key, body, packed = _body(post if isinstance(post, dict) else {}, request)
    return Exchange(
        f"{pointer}/postData/{key}" if isinstance(post, dict) else pointer,
        body,
        method if isinstance(method, str) else None,
        url if isinstance(url, str) else None,
        recorded_at=instant(entry.get("startedDateTime")),
        answer=_answer(entry.get("response")),
        packed=packed,
    )


def _body(post: dict[str, Any], request: dict[str, Any]) -> tuple[str, Any, bool]:
    """The key that holds the body, the body, and whether it is packed."""
    if "text" not in post and isinstance(post.get("textJSON"), dict):
        return "textJSON", post["textJSON"], False
    text = post.get("text")
    # The format has no field for a packed request body: proxies write base64 all the same, and not all of them say so.
    compressed = header(request.get("headers"), "content-encoding") is not None
    marked = "base64" in (post.get("encoding"), post.get("_encoding"))
    if isinstance(text, str) and (marked or (compressed and not text.lstrip().startswith("{"))):
        unpacked = _unpacked(text)
        return "text", text if unpacked is None else unpacked, unpacked is not None
    return "text", text, False


def _unpacked(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _answer(response: Any) -> Any:
    content = response.get("content") if isinstance(response, dict) else None
    if not isinstance(content, dict) or not isinstance(content.get("text"), str):
        return None
    packed = _unpacked(content["text"]) if content.get("encoding") == "base64" else None
    return content["text"] if packed is None else packed
