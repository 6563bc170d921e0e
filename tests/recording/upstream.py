"""A server that is written by hand, so that the tests decide about each byte that it sends and see each that came."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

END_OF_HEAD = b"\r\n\r\n"


@dataclass
class Seen:
    """One request as it came: its head to the last byte, and its body without the framing."""

    head: bytes
    body: bytes = b""

    @property
    def target(self) -> str:
        return self.head.split(b" ")[1].decode("latin-1")

    def header(self, name: str) -> list[str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        pairs = (line.split(": ", 1) for line in lines if line)
        return [value for key, value in pairs if key.lower() == name.lower()]


Answer = Callable[[Seen, socket.socket], None]


@dataclass
class Upstream:
    """Where it listens, and what has come."""

    port: int
    seen: list[Seen] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)  # a client hung up before its answer was whole

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def upstream(answer: Answer) -> Iterator[Upstream]:
    """A server that answers each request, on a connection of its own, by a function."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=512)) as listener:
        found = Upstream(listener.getsockname()[1])
        threading.Thread(target=_accept, args=(listener, found, answer), daemon=True).start()
        yield found


def _accept(listener: socket.socket, found: Upstream, answer: Answer) -> None:
    with suppress(OSError):  # closed
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve, args=(connection, found, answer), daemon=True).start()


def _serve(connection: socket.socket, found: Upstream, answer: Answer) -> None:
    with closing(connection):
        try:
            seen = read_request(connection)
            if seen is not None:
                found.seen.append(seen)
                answer(seen, connection)
        except OSError:
            found.left.set()


def read_request(connection: socket.socket) -> Seen | None:
    """The next request of a connection; None where there is none."""
    raw = b""
    while END_OF_HEAD not in raw:
        piece = connection.recv(65536)
        if not piece:
            return None
        raw += piece
    head, _, rest = raw.partition(END_OF_HEAD)
    seen = Seen(head)
    length = seen.header("content-length")
    if length:
        seen.body = rest + _exactly(connection, int(length[0]) - len(rest))
    elif seen.header("transfer-encoding"):
        seen.body = _chunked(connection, rest)
    return seen


def _exactly(connection: socket.socket, size: int) -> bytes:
    pieces = []
    while size > 0:
        piece = connection.recv(min(size, 1 << 20))
        if not piece:
            raise ConnectionResetError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _chunked(connection: socket.socket, raw: bytes) -> bytes:
    body = b""
    while True:
        while b"\r\n" not in raw:
            raw += _exactly(connection, 1)
        line, _, raw = raw.partition(b"\r\n")
        size = int(line.split(b";")[0], 16)
        raw += _exactly(connection, max(0, size + 2 - len(raw)))
        if size == 0:
            return body
        body, raw = body + raw[:size], raw[size + 2 :]


def whole(status: str, body: bytes, *headers: str) -> Answer:
    """Answers everything alike, with a length."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return lambda _, connection: connection.sendall("\r\n".join(lines).encode("latin-1") + body)


def chunk(piece: bytes) -> bytes:
    """One chunk of a chunked answer; an empty piece is its end."""
    return b"%x\r\n%s\r\n" % (len(piece), piece)


def exchanged(port: int, request: bytes) -> tuple[str, bytes]:
    """The head and the body of the answer to a request that is sent as it stands."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
        connection.sendall(request)
        raw = b"".join(iter(lambda: connection.recv(1 << 20), b""))
    head, _, body = raw.partition(END_OF_HEAD)
    text = head.decode("latin-1")
    if re.search("^transfer-encoding: chunked", text, re.I | re.M):
        body = _joined(body)
    return text, body


def _joined(raw: bytes) -> bytes:
    pieces = []
    while raw:
        line, _, rest = raw.partition(b"\r\n")
        size = int(line, 16)
        pieces.append(rest[:size])
        raw = rest[size + 2 :] if size else b""
    return b"".join(pieces)
