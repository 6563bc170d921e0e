"""Many streams at once: a server that sends events at the pace of a model, and a client that looks at its clock.

    python -m tests.benchmarks.streams EVENTS SECONDS_BETWEEN

prints the server's port, and serves until it is ended.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
END = b"0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream as its client saw it: seconds to the first event and to the last, and all bytes."""

    first: float
    total: float
    raw: bytes


def event(number: int) -> bytes:
    piece = b'data: {"choices": [{"index": 0, "delta": {"content": "token %d of an answer"}}]}\n\n' % number
    return b"%x\r\n%s\r\n" % (len(piece), piece)


async def serve(events: int, pause: float) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        writer.write(HEAD)
        for number in range(events):
            writer.write(event(number))
            await writer.drain()
            await asyncio.sleep(pause)
        writer.write(END)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def one(port: int, body: bytes) -> Stream:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n"
    start = time.perf_counter()
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
    raw = await reader.readuntil(b"\r\n\r\n")
    raw = await reader.read(65536)
    first = time.perf_counter() - start
    raw += await reader.read()
    total = time.perf_counter() - start
    writer.close()
    return Stream(first, total, raw)


async def all_at_once(port: int, bodies: Sequence[bytes]) -> list[Stream]:
    return await asyncio.gather(*(one(port, body) for body in bodies))


def joined(raw: bytes) -> bytes:
    """The events of a chunked stream, wherever its chunks were cut."""
    pieces = []
    while raw:
        size, _, rest = raw.partition(b"\r\n")
        length = int(size, 16)
        pieces.append(rest[:length])
        raw = rest[length + 2 :] if length else b""
    return b"".join(pieces)


def described(name: str, streams: Sequence[Stream]) -> str:
    """Median and 95th percentile, in milliseconds."""
    first = statistics.quantiles([1000 * stream.first for stream in streams], n=20)
    total = statistics.quantiles([1000 * stream.total for stream in streams], n=20)
    return (
        f"{name:9} {len(streams)} streams  first event p50 {first[9]:6.1f} p95 {first[18]:6.1f} ms"
        f"  total p50 {total[9]:7.1f} p95 {total[18]:7.1f} ms"
    )


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
