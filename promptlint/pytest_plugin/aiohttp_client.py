"""aiohttp: what posts, of a session and without one. Libraries that answer in a server's place stand below."""

from __future__ import annotations

from collections.abc import AsyncIterable
from contextlib import suppress
from functools import wraps
from json import dumps
from types import ModuleType
from typing import Any

from promptlint.pytest_plugin.bodies import HeardAsyncBody, as_bytes, peeked
from promptlint.pytest_plugin.outgoing import Outgoing, guarded, outgoing
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

    session = getattr(library, "ClientSession", None)
    return (
        Target(session, "request", around_request),
        Target(session, "post", around_post),
        Target(library, "request", around_function),
    )


def _heard(library: ModuleType, session: Any, method: str, url: Any, keywords: dict[str, Any]) -> dict[str, Any]:
    """The keywords, with a body that can be read only once replaced by an equal one."""
    data = keywords.get("data")
    with guarded():
        address = url if session is None else session._build_url(url)
        headers = {**({} if session is None else session.headers), **dict(keywords.get("headers") or {})}
        found = outgoing(method, str(address), headers)
        if found is None:
            return keywords
        if keywords.get("json") is not None:
            _hear_json(session, keywords["json"], found)
        elif isinstance(data, AsyncIterable) and not isinstance(data, library.Payload):
            return {**keywords, "data": HeardAsyncBody(data, found.is_sent)}
        elif (content := _content(library, data)) is not None:
            found.is_sent(content)
    return keywords


def _content(library: ModuleType, data: Any) -> bytes | None:
    if isinstance(data, library.BytesPayload):
        data = data.decode() if hasattr(data, "decode") else data._value  # before aiohttp 3.11
    if isinstance(data, str | bytes | bytearray | memoryview):
        return as_bytes(data)
    return peeked(data)


def _hear_json(session: Any, value: Any, found: Outgoing) -> None:
    """As json would write it at once, and as the session's own writer does when the request goes out.

    Where a library answers in the server's place nothing is written. What cannot be written fails there, not here.
    """
    with suppress(TypeError, ValueError, RecursionError):
        found.is_sent(as_bytes(dumps(value)))
    name = "_json_serialize" if getattr(session, "_json_serialize_bytes", None) is None else "_json_serialize_bytes"
    write = getattr(session, name, dumps)
    if write is dumps:
        return
    if not isinstance(write, _HeardWriter):
        write = _HeardWriter(write)
        setattr(session, name, write)
    write.expect(value, found)


class _HeardWriter:
    """A session's own writer of JSON. It is called as often as without us: who knows what it does."""

    def __init__(self, write: Any) -> None:
        self._write = write
        self._expected: dict[int, tuple[Any, list[Outgoing]]] = {}  # by id; the value is kept, so that it stays its own

    def expect(self, value: Any, found: Outgoing) -> None:
        """What becomes of the value is the body of a request."""
        self._expected.setdefault(id(value), (value, []))[1].append(found)

    def __call__(self, value: Any) -> Any:
        written = self._write(value)
        with guarded():
            for found in self._expected.pop(id(value), (value, []))[1]:
                found.is_sent(as_bytes(written), instead=True)
        return written
