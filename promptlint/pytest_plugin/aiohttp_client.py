"""aiohttp: what posts, of a session and without one. Libraries that answer in a server's place stand below."""

from __future__ import annotations

from collections.abc import AsyncIterable
from functools import wraps
from json import dumps
from types import ModuleType
from typing import Any

from promptlint.pytest_plugin.bodies import HeardAsyncBody, as_bytes, peeked
from promptlint.pytest_plugin.outgoing import outgoing
from promptlint.pytest_plugin.patches import Target


def targets(library: ModuleType) -> tuple[Target, ...]:
    """What to wrap. Each of them calls none of the others."""

    def around_request(original: Any) -> Any:
        @wraps(original)
        def request(self: Any, method: str, url: Any, **keywords: Any) -> Any:
            return original(self, method, url, **_heard(library, self, method, url, keywords))

        return request

    def around_post(original: Any) -> Any:
        @wraps(original)
        def post(self: Any, url: Any, **keywords: Any) -> Any:
            return original(self, url, **_heard(library, self, "POST", url, keywords))

        return post

    def around_function(original: Any) -> Any:
        @wraps(original)
        def request(method: str, url: Any, **keywords: Any) -> Any:
            return original(method, url, **_heard(library, None, method, url, keywords))

        return request

    session = library.ClientSession
    return (
        Target(session, "request", around_request),
        Target(session, "post", around_post),
        Target(library, "request", around_function),
    )


def _heard(library: ModuleType, session: Any, method: str, url: Any, keywords: dict[str, Any]) -> dict[str, Any]:
    """The keywords, with a body that can be read only once replaced by an equal one."""
    address = url if session is None else session._build_url(url)
    headers = {**({} if session is None else session.headers), **dict(keywords.get("headers") or {})}
    found = outgoing(method, str(address), headers)
    if found is None:
        return keywords
    data = keywords.get("data")
    content = _content(library, session, data, keywords.get("json"))
    if content is not None:
        found.is_sent(content)
    elif isinstance(data, AsyncIterable) and not isinstance(data, library.Payload):
        return {**keywords, "data": HeardAsyncBody(data, found.is_sent)}
    return keywords


def _content(library: ModuleType, session: Any, data: Any, json: Any) -> bytes | None:
    if json is not None:
        write: Any = getattr(session, "_json_serialize_bytes", None) or getattr(session, "json_serialize", dumps)
        return as_bytes(write(json))
    if isinstance(data, str | bytes | bytearray | memoryview):
        return as_bytes(data)
    if isinstance(data, library.BytesPayload):
        return as_bytes(data.decode())
    return peeked(data)
