"""Bodies that may be read only once, heard along while the client reads them: nothing is read ahead, or twice."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import Any

from promptlint.pytest_plugin.outgoing import guarded

Done = Callable[[bytes], None]


def as_bytes(part: Any) -> bytes:
    """A piece of a body as it goes out."""
    return part.encode("utf-8") if isinstance(part, str) else bytes(part)


def heard(parts: Iterable[Any], done: Done) -> Iterator[Any]:
    """The same parts; `done` gets all of them when the last one has been taken."""
    kept: list[bytes] = []
    for part in parts:
        with guarded():
            kept.append(as_bytes(part))
        yield part
    done(b"".join(kept))


async def heard_async(parts: AsyncIterable[Any], done: Done) -> AsyncIterator[Any]:
    """The same for parts that have to be waited for."""
    kept: list[bytes] = []
    async for part in parts:
        with guarded():
            kept.append(as_bytes(part))
        yield part
    done(b"".join(kept))


class HeardBody:
    """A body that is iterated or read as the one that it stands for, whose other attributes it has."""

    def __init__(self, body: Any, done: Done) -> None:
        self._body = body
        self._done = done
        self._kept: list[bytes] = []
        if hasattr(body, "read"):
            self.read = self._read

    def __iter__(self) -> Iterator[Any]:
        return heard(self._body, self._done)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._body, name)

    def _read(self, *size: int) -> Any:
        part = self._body.read(*size)
        with guarded():
            self._kept.append(as_bytes(part))
            if not part or not size or size[0] is None or size[0] < 0:
                self._done(b"".join(self._kept))
        return part


class HeardAsyncBody:
    """An asynchronous body that is iterated as the one that it stands for."""

    def __init__(self, body: AsyncIterable[Any], done: Done) -> None:
        self._body = body
        self._done = done

    def __aiter__(self) -> AsyncIterator[Any]:
        return heard_async(self._body, self._done)


def peeked(file: Any) -> bytes | None:
    """What is left of a file, its position kept; None where it has none."""
    try:
        if not file.seekable():
            return None
        start = file.tell()
        content = file.read()
        file.seek(start)
    except (AttributeError, OSError, ValueError):
        return None
    return as_bytes(content)
