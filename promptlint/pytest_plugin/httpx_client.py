"""httpx, and httpx2, which has the same interface: `Client.send` and `AsyncClient.send`, above every transport."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache, wraps
from types import ModuleType
from typing import Any

from promptlint.pytest_plugin.bodies import Done, heard, heard_async
from promptlint.pytest_plugin.outgoing import Heard, followed, outgoing
from promptlint.pytest_plugin.patches import Target


def targets(library: ModuleType) -> tuple[Target, ...]:
    """What to wrap."""
    streams = cache(lambda: _streams(library))  # what a test has put in the place of a library may have none

    def around(original: Any) -> Any:
        @wraps(original)
        def send(self: Any, request: Any, *arguments: Any, **keywords: Any) -> Any:
            with followed(request, lambda: _heard(request, lambda: streams()[0])):
                return original(self, request, *arguments, **keywords)

        return send

    def around_async(original: Any) -> Any:
        @wraps(original)
        async def send(self: Any, request: Any, *arguments: Any, **keywords: Any) -> Any:
            with followed(request, lambda: _heard(request, lambda: streams()[1])):
                return await original(self, request, *arguments, **keywords)

        return send

    return (
        Target(getattr(library, "Client", None), "send", around),
        Target(getattr(library, "AsyncClient", None), "send", around_async),
    )


def _heard(request: Any, stream_of: Callable[[], Callable[[Any, Done], Any]]) -> Heard:
    found = outgoing(request.method, str(request.url), request.headers)
    if found is None:
        return Heard()
    content = _content(request)
    if content is not None:
        found.is_sent(content)
        return Heard(content)
    body = request.stream
    heard_along = request.stream = stream_of()(body, found.is_sent)

    def undo() -> None:
        if request.stream is heard_along:
            request.stream = body

    return Heard(None, undo)


def _content(request: Any) -> bytes | None:
    """The body, if it is in memory."""
    try:
        return bytes(request.content)
    except RuntimeError:  # RequestNotRead
        return None


def _streams(library: ModuleType) -> tuple[Callable[[Any, Done], Any], Callable[[Any, Done], Any]]:
    """Makes streams of the library's own kinds, since clients look at the kind."""

    class Heard(library.SyncByteStream):  # type: ignore[misc, name-defined]  # known at run time
        def __init__(self, body: Any, done: Done) -> None:
            self.body, self.done = body, done

        def __iter__(self) -> Iterator[bytes]:
            return heard(self.body, self.done)

        def close(self) -> None:
            self.body.close()

    class HeardAsync(library.AsyncByteStream):  # type: ignore[misc, name-defined]  # known at run time
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
