"""A recorder in this process, on a loop in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from promptlint.recording.golden import made_folder
from promptlint.recording.journal import Journal, Tally
from promptlint.recording.routes import Routes
from tests.recording.upstream import exchanged

BODY = b'{"model": "m",  "messages": [{"role": "user", "content": "Gr\\u00fc\xc3\x9fe"}], "stream": true}'
USAGE = b'{"usage": {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 7}}}'
CHAT = "/v1/chat/completions"


class Passing:
    """A proxy between a test and its server."""

    def __init__(self, folder: Path, upstream: str, proxy: str | None = None) -> None:
        self.folder = folder
        self.port = 0
        self._journal = Journal(made_folder(str(folder)))
        self._ready: SimpleQueue[tuple[asyncio.AbstractEventLoop, asyncio.Event, int]] = SimpleQueue()
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(upstream, proxy),), daemon=True)
        self._tally: Tally | None = None

    async def _serve(self, upstream: str, proxy: str | None) -> None:
        from promptlint.recording.proxy import serving

        told = asyncio.Event()
        async with serving(Routes({"": upstream}), self._journal, 0, proxy) as port:
            self._ready.put((asyncio.get_running_loop(), told, port))
            await told.wait()

    def begin(self) -> None:
        self._thread.start()
        self._loop, self._told, self.port = self._ready.get(timeout=10)

    def ended(self) -> Tally:
        """End it, with all that is written then."""
        if self._tally is None:
            self._loop.call_soon_threadsafe(self._told.set)
            self._thread.join(timeout=30)
            self._tally = self._journal.close()
        return self._tally

    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*"))

    def written(self) -> list[dict[str, Any]]:
        """What stands in the files, when it has ended."""
        self.ended()
        return [json.loads(path.read_bytes()) for path in self.files()]

    def post(self, path: str = CHAT, body: bytes = BODY, *headers: str, method: str = "POST") -> bytes:
        """A request for it, to be sent as it stands."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", *headers]
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "Connection: close", "", ""]).encode() + body

    def ask(self, path: str = CHAT, body: bytes = BODY, *headers: str, method: str = "POST") -> tuple[str, bytes]:
        """The head and the body of the answer that comes through it."""
        return exchanged(self.port, self.post(path, body, *headers, method=method))


@contextmanager
def passing(folder: Path, upstream: str, proxy: str | None = None) -> Iterator[Passing]:
    """A recorder in front of a server, for as long as the block."""
    found = Passing(folder, upstream, proxy)
    found.begin()
    try:
        yield found
    finally:
        found.ended()
