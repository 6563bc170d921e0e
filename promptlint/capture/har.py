"""HAR: what browsers and proxies write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.recorded import member, text_member
from promptlint.capture.recorded_body import RecordedBody, from_base64_chunks, from_strict_base64
from promptlint.capture.response import header, instant
from promptlint.model import Request, Skipped

ABOUT = About("HAR of browsers and proxies, JSON or YAML")


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
            yield from request_or_skipped(document, name, _exchange(document, entry, request, f"{pointer}/request"))
        else:
            yield Skipped(document.container(pointer) or "", "an entry without a request")


def _exchange(document: Document, entry: dict[str, Any], request: dict[str, Any], pointer: str) -> Exchange:
    found = _body(member(request, "postData"), request)
    parsed = not isinstance(found.value, str | bytes)
    return Exchange(
        pointer + found.pointer,
        found.value,
        text_member(request, "method"),
        text_member(request, "url"),
        recorded_at=instant(entry.get("startedDateTime")),
        answer=_answer(member(entry.get("response"), "content")),
        key_order_kept=not parsed,  # who keeps a body parsed sorts its keys, to have the same file every time
        from_yaml=document.is_yaml and parsed,
        packed=found.packed,
    )


def _body(post: dict[str, Any], request: dict[str, Any]) -> RecordedBody:
    """The body of a request, text or parsed, or what it is packed into."""
    if not post:
        return RecordedBody("", None)
    if "text" not in post and "textJSON" in post:
        return RecordedBody("/postData/textJSON", post["textJSON"])
    text = post.get("text")
    # The format has no field for a packed request body: proxies write base64 all the same, and not all of them say so.
    compressed = header(request.get("headers"), "content-encoding") is not None
    marked = "base64" in (post.get("encoding"), post.get("_encoding"))
    if isinstance(text, str) and (marked or (compressed and not text.lstrip().startswith("{"))):
        unpacked = from_strict_base64(text)
        if unpacked is not None:
            return RecordedBody("/postData/text", unpacked, packed=True)
    return RecordedBody("/postData/text", text)


def _answer(content: dict[str, Any]) -> Any:
    """The body of an answer; a binary one is base64, or a JSON list of such, one for each chunk that came."""
    text = content.get("text")
    if not isinstance(text, str):
        return content.get("textJSON")
    packed = from_base64_chunks(text)
    if packed is None and content.get("encoding") == "base64":
        packed = from_strict_base64(text)
    return text if packed is None else packed
