"""hermes-agent request dumps: one call of its SDK, redacted, without the answer."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.response import instant
from promptlint.model import Request, Skipped

ABOUT = About("hermes-agent request dumps", cached_tokens=False)


def accepts(document: Document) -> bool:
    """A session's id with a request, or with the notice that there is none."""
    data = document.data
    if not isinstance(data, dict) or "session_id" not in data:
        return False
    request = data.get("request")
    if request is None:
        return "files_payload_omitted" in data or "reason" in data
    return isinstance(request, dict) and "body" in request


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The one request of the dump."""
    request = document.data.get("request")
    if request is None:
        omitted = document.data.get("files_payload_omitted") is True
        reason = "hermes-agent left the request out because it carries private files" if omitted else "no request in it"
        yield Skipped(document.container("") or "", reason)
        return
    # The dump has the arguments of the SDK's call and not the bytes that went over the wire.
    method, url, session = request.get("method"), request.get("url"), document.data["session_id"]
    exchange = Exchange(
        "/request/body",
        request["body"],
        method if isinstance(method, str) else None,
        url if isinstance(url, str) else None,
        recorded_at=instant(document.data.get("timestamp")),
        session=session if isinstance(session, str) and session else None,
        from_sdk=True,
    )
    yield from request_or_skipped(document, name, exchange)
