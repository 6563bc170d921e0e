"""One server and nobody else, however it behaves: every failure is one clear line, soon."""

from __future__ import annotations

import errno
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest

from promptlint.errors import ModelError
from promptlint.server import connection as connection_module
from promptlint.server.address import parse
from promptlint.server.connection import Answer, Connection
from tests.refusing import refusing_port
from tests.server.look_alike import listening, send


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(connection_module, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(connection_module, "GENERATE_SECONDS", 0.3)
    monkeypatch.setattr(connection_module, "ANSWER_LIMIT", 100_000)


@contextmanager
def raw(*answers: bytes) -> Iterator[str]:
    """A server that speaks as it likes: it sends these bytes, piece by piece, to whoever connects."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                try:
                    peer.recv(65536)
                    for answer in answers:
                        peer.sendall(answer)
                        time.sleep(0.05)
                except OSError:
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)


def failure(url: str, ask: Callable[[Connection], object] = lambda one: one.get("/x")) -> str:
    """The message of the error, which has a hint and comes soon."""
    connection = Connection(parse(url))
    began = time.monotonic()
    with pytest.raises(ModelError) as caught:
        ask(connection)
    connection.close()
    assert time.monotonic() - began < 5
    assert caught.value.hint
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_answers_come_as_json_over_one_connection() -> None:
    peers = set()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        peers.add(handler.client_address)
        handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        send(handler, 200, json.dumps({"path": handler.path, "agent": handler.headers["User-Agent"]}).encode())

    with listening(answer) as url:
        connection = Connection(parse(url + "/below"))
        found = [connection.get("/a").fields, connection.post("/b", {"c": "\ud800"}).fields]
        connection.close()
    assert [one["path"] for one in found] == ["/below/a", "/below/b"]
    assert found[0]["agent"].startswith("promptlint/")
    assert len(peers) == 1


def test_a_connection_that_was_closed_meanwhile_is_opened_again() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, b"{}")
        handler.close_connection = True  # without a word: the client finds out with its next request

    with listening(answer) as url:
        connection = Connection(parse(url))
        assert [connection.get("/").status for _ in range(3)] == [200] * 3
        connection.close()


def test_a_server_that_closes_after_each_answer_is_asked_over_another_connection() -> None:
    peers = set()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        peers.add(handler.client_address)
        send(handler, 200, b'{"a": 1}', Connection="close")

    with listening(answer) as url:
        connection = Connection(parse(url))
        assert [connection.get("/").value for _ in range(3)] == [{"a": 1}] * 3
        connection.close()
    assert len(peers) == 3


def test_a_request_that_no_json_can_hold_is_not_sent() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    connection = Connection(parse("http://nowhere.invalid:8080"))
    for ask in (connection.post, connection.generate):
        with pytest.raises(ModelError, match=r"^this request cannot be sent as JSON: "):
            ask("/x", {"messages": nested})


def test_what_the_system_says_of_a_network_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_: object) -> None:
        raise OSError(errno.EHOSTUNREACH, "No route to host")

    monkeypatch.setattr("http.client.HTTPConnection.connect", unreachable)
    assert failure("http://10.0.0.1:8080") == "http://10.0.0.1:8080: cannot be reached: No route to host"


def test_nobody_listens() -> None:
    with refusing_port() as port:
        assert "connection refused" in failure(f"http://127.0.0.1:{port}")


def test_a_host_that_is_not_there() -> None:
    assert "no such host" in failure("http://nowhere.invalid:8080")


def test_a_server_that_does_not_answer() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(1)

    with listening(answer) as url:
        assert "no answer within 0.3 seconds" in failure(url)
        assert "no answer within 0.3 seconds" in failure(url, lambda one: one.generate("/x", {}))


def test_an_answer_that_trickles_is_not_waited_for() -> None:
    with raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *[b" "] * 40) as url:
        assert "no answer within 0.3 seconds" in failure(url)
    with raw(b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 40) as url:
        assert "no answer within 0.3 seconds" in failure(url)
    with raw(b"HTTP/1.1 200 OK\r\n\r\n", *[b" "] * 40) as url:
        assert "no answer within 0.3 seconds" in failure(url)


def test_an_answer_without_end_is_not_read() -> None:
    with raw(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 200_000) as url:
        assert "more than 100,000 bytes" in failure(url)
    with raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n") as url:
        assert "more than 100,000 bytes" in failure(url)
    with raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"ffff\r\n" * 9 + b" " * 400_000) as url:
        assert "more than" in failure(url) or "HTTP" in failure(url)


@pytest.mark.parametrize(
    "answer",
    [b"SSH-2.0-OpenSSH_9.6\r\n", b"\x15\x03\x01\x00\x02\x02\x16", b"HTTP/1.1 abc\r\n\r\n", b"+OK\r\n" * 9],
    ids=["ssh", "tls", "no status", "other"],
)
def test_what_is_no_http_is_said(answer: bytes) -> None:
    with raw(answer) as url:
        assert "does not answer in HTTP" in failure(url)


def test_a_server_that_closes_at_once() -> None:
    with raw() as url:
        assert "closed the connection" in failure(url)


def test_an_answer_that_breaks_off() -> None:
    with raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{") as url:
        connection = Connection(parse(url))
        assert connection.get("/x").value is None
        connection.close()


def test_no_redirect_is_followed() -> None:
    seen = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.path)
        send(handler, 307, b"", Location="/elsewhere")

    with listening(answer) as url:
        assert "sends requests elsewhere (HTTP 307)" in failure(url)
    assert seen == ["/x"]


def test_http_where_tls_is_expected() -> None:
    with raw(b"HTTP/1.1 400 Bad Request\r\n\r\n") as url:
        message = failure(url.replace("http:", "https:"))
        assert "TLS" in message or "closed" in message


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"error": {"code": 400, "message": "no\n tools"}}, "no tools"),
        ({"error": "text"}, "text"),
        ({"object": "error", "message": "m"}, "m"),
        ({"detail": [{"loc": ["body"]}]}, '[{"loc": ["body"]}]'),
        ("text", "text"),
        (None, ""),
        ({"error": {"message": "x" * 999}}, "x" * 300),
    ],
)
def test_the_words_of_a_server_are_found(value: object, said: str) -> None:
    assert Answer(400, value).said == said
