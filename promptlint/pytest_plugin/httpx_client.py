"""httpx, and httpx2, which has the same interface: `Client.send` and `AsyncClient.send`, above every transport."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import ModuleType
from typing import Any

from promptlint.pytest_plugin.bodies import Done, heard, heard_async
from promptlint.pytest_plugin.outgoing import outgoing, under_way
from promptlint.pytest_plugin.patches import Target


def targets(library: ModuleType) -> tuple[Target, ...]:
    """What to wrap."""
    sync, asynchronous = _streams(library)

    def around(original: Any) -> Any:
        @wraps(original)
        def send(self: Any, request: Any, *arguments: Any, **keywords: Any) -> Any:
            with _followed(request, sync):
                return original(self, request, *arguments, **keywords)

        return send

    def around_async(original: Any) -> Any:
        @wraps(original)
        async def send(self: Any, request: Any, *arguments: Any, **keywords: Any) -> Any:
            with _followed(request, asynchronous):
                return await original(self, request, *arguments, **keywords)

        return send

    return Target(library.Client, "send", around), Target(library.AsyncClient, "send", around_async)


@contextmanager
def _followed(request: Any, stream_of: Callable[[Any, Done], Any]) -> Iterator[None]:
    found = outgoing(request.method, str(request.url), request.headers)
    content = None if found is None else _content(request)
    body = heard_along = request.stream
    if found is not None and content is not None:
        found.is_sent(content)
    elif found is not None:
        heard_along = request.stream = stream_of(body, found.is_sent)
    try:
        with under_way(content):
            yield
    finally:
        if heard_along is not body and request.stream is heard_along:
            request.stream = body


def _content(request: Any) -> bytes | None:
    """The body, if it is in memory."""
    try:
        return bytes(request.content)
    except RuntimeError:  # RequestNotRead
        return None


def _streams(library: ModuleType) -> tuple[Callable[[Any, Done], Any], Callable[[Any, Done], Any]]:
    """Makes streams of the library's own kinds, since clients look at the kind."""

    class Heard(library.SyncByteStream):  # type: ignore[misc, name-defined]
        def __init__(self, body: Any, done: Done) -> None:
            self.body, self.done = body, done

        def __iter__(self) -> Iterator[bytes]:
            return heard(self.body, self.done)

        def close(self) -> None:
            self.body.close()

    class HeardAsync(library.AsyncByteStream):  # type: ignore[misc, name-defined]
        def __init__(self, body: Any, done: Done) -> None:
            self.body, self.done = body, done

        def __aiter__(self) -> AsyncIterator[bytes]:
            return heard_async(self.body, self.done)

        async def aclose(self) -> None:
            await self.body.aclose()

    def sync(body: Any, done: Done) -> Any:
        return Heard(body, done) if isinstance(body, library.SyncByteStream) else body

    def asynchronous(body: Any, done: Done) -> Any:
        return HeardAsync(body, done) if isinstance(body, library.AsyncByteStream) else body

    return sync, asynchronous
