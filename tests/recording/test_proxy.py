from __future__ import annotations

import gzip
import hashlib
import os
import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from promptlint import capture
from promptlint.recording.journal import Tally
from tests.recording.passing import BODY, CHAT, USAGE, Passing, passing
from tests.recording.upstream import Seen, chunk, exchanged, upstream, whole
from tests.refusing import refusing_port

pytest.importorskip("aiohttp", reason="the extra `record` is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_the_bytes_of_a_request_and_of_its_answer_pass_unchanged_and_are_written(folder: Path) -> None:
    with (
        upstream(
            whole("200 Fine", USAGE, "Content-Type: application/json", "X-Mixed-CASE: a", "X-Twice: 1", "X-Twice: 2")
        ) as behind,
        passing(folder, behind.url) as recording,
    ):
        head, body = recording.ask("/v1/chat/completions?b=%2F&a=1", BODY, "X-Odd-Name: v", "Accept: text/x")
        files = recording.written()
    assert body == USAGE
    assert head.split("\r\n")[0] == "HTTP/1.1 200 Fine"
    for line in (
        "Content-Type: application/json",
        "X-Mixed-CASE: a",
        "X-Twice: 1\r\nX-Twice: 2",
        f"Content-Length: {len(USAGE)}",
    ):
        assert line in head
    assert "Server:" not in head
    assert "Date:" not in head
    [seen] = behind.seen
    assert (seen.target, seen.body) == ("/v1/chat/completions?b=%2F&a=1", BODY)
    assert seen.header("host") == [f"127.0.0.1:{behind.port}"]
    names = [line.split(":")[0] for line in seen.head.decode().split("\r\n")[1:]]
    assert sorted(set(names) - {"Connection"}) == ["Accept", "Content-Length", "Host", "X-Odd-Name"]
    assert [file["request"]["body"] for file in files] == [BODY.decode()]
    assert [file["response"]["body"] for file in files] == [USAGE.decode()]


def test_what_is_written_is_read_with_its_order_and_the_cached_tokens(folder: Path) -> None:
    with upstream(whole("200 OK", USAGE)) as behind, passing(folder, behind.url) as recording:
        for _ in range(3):
            recording.ask()
        recording.ended()
    found = [request for path in recording.files() for request in capture.load(str(path)).requests]
    assert [(one.format, one.dialect, one.observed_cached_tokens) for one in found] == [
        ("recorded-calls", "openai_chat", 7)
    ] * 3
    times = [one.recorded_at for one in found]
    assert None not in times
    assert times == sorted(times, key=str)


def test_a_stream_comes_piece_by_piece(folder: Path) -> None:
    """The next piece is sent only when the client has the one before: a proxy that waits would never end."""
    pieces = [b'data: {"n": %d}\n\n' % number for number in range(20)] + [b"data: [DONE]\n\n"]
    ready, client = socket.socketpair()
    ready.settimeout(10)

    def answer(_: Seen, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in pieces:
            connection.sendall(chunk(piece))
            ready.recv(1)
        connection.sendall(chunk(b""))

    with closing(ready), closing(client), upstream(answer) as behind, passing(folder, behind.url) as recording:
        with closing(socket.create_connection(("127.0.0.1", recording.port), timeout=10)) as connection:
            connection.sendall(recording.post())
            raw = b""
            for piece in pieces:
                while not raw.endswith(chunk(piece)):
                    more = connection.recv(65536)
                    assert more
                    raw += more
                client.send(b"x")
            while not raw.endswith(chunk(b"")):
                raw += connection.recv(65536)
        [file] = recording.written()
    assert file["response"]["body"] == b"".join(pieces).decode()


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_compressed_answers_pass_as_they_are_and_are_written_unpacked(folder: Path, coding: str) -> None:
    if coding == "gzip":
        packed = gzip.compress(USAGE)
    elif coding == "br":
        packed = pytest.importorskip("brotli").compress(USAGE)
    else:
        packed = pytest.importorskip("backports.zstd").compress(USAGE)
    answer = whole("200 OK", packed, f"Content-Encoding: {coding}")
    with upstream(answer) as behind, passing(folder, behind.url) as recording:
        head, body = recording.ask(CHAT, BODY, f"Accept-Encoding: {coding}")
        [file] = recording.written()
    assert body == packed
    assert f"Content-Encoding: {coding}" in head
    assert behind.seen[0].header("accept-encoding") == [coding]
    assert file["response"]["body"] == USAGE.decode()


def test_a_compressed_request_passes_as_it_is_and_is_written_unpacked(folder: Path) -> None:
    packed = gzip.compress(BODY)
    with upstream(whole("200 OK", USAGE)) as behind, passing(folder, behind.url) as recording:
        recording.ask("/v1/messages", packed, "Content-Encoding: gzip")
        [file] = recording.written()
    assert behind.seen[0].body == packed
    assert file["request"]["body"] == BODY.decode()


def test_ten_megabytes_pass_both_ways(folder: Path) -> None:
    there = BODY.replace(b"Gr", b"x" * 10_000_000)
    back = random.Random(7).randbytes(10_000_000)
    with upstream(whole("200 OK", back)) as behind, passing(folder, behind.url) as recording:
        _, body = recording.ask(CHAT, there)
        [file] = recording.written()
    assert hashlib.sha256(body).digest() == hashlib.sha256(back).digest()
    assert hashlib.sha256(behind.seen[0].body).digest() == hashlib.sha256(there).digest()
    assert file["request"]["body"] == there.decode()


def test_a_chunked_upload_goes_on_before_it_is_whole(folder: Path) -> None:
    def answer(seen: Seen, connection: socket.socket) -> None:
        whole("200 OK", seen.body)(seen, connection)

    with upstream(answer) as behind, passing(folder, behind.url) as recording:
        head = f"POST /v1/responses HTTP/1.1\r\nHost: 127.0.0.1:{recording.port}\r\nConnection: close\r\n"
        body = chunk(BODY[:20]) + chunk(BODY[20:]) + chunk(b"")
        _, echoed = exchanged(recording.port, head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + body)
    assert echoed == BODY == behind.seen[0].body


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH", "OPTIONS", "PROPFIND"])
def test_other_methods_pass_and_are_not_written(folder: Path, method: str) -> None:
    with upstream(whole("200 OK", b"\x00\xff", "Allow: GET")) as behind, passing(folder, behind.url) as recording:
        head, body = recording.ask("/v1/models", b"", method=method)
    assert body == b"\x00\xff"
    assert "Allow: GET" in head
    assert behind.seen[0].head.startswith(f"{method} /v1/models ".encode())
    assert recording.files() == []
    assert recording.ended() == Tally(written=0, others=1, lost={})


def test_the_answer_to_head_keeps_its_length_and_has_no_body(folder: Path) -> None:
    def answer(_: Seen, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 123\r\n\r\n")

    with upstream(answer) as behind, passing(folder, behind.url) as recording:
        head, body = recording.ask("/x", b"", method="HEAD")
    assert body == b""
    assert "Content-Length: 123" in head
    assert behind.seen[0].head.startswith(b"HEAD /x ")


def test_what_follows_the_last_chunk_does_not_break_an_answer(folder: Path) -> None:
    """Trailers are for the neighbour who asked for them; the library drops them."""

    def answer(_: Seen, connection: socket.socket) -> None:
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
        connection.sendall(head + chunk(USAGE) + b"0\r\nX-Sum: 1\r\n\r\n")

    with upstream(answer) as behind, passing(folder, behind.url) as recording:
        head, body = recording.ask()
    assert body == USAGE
    assert "Trailer" not in head


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified", "429 Too Many Requests", "529 Overloaded"])
def test_any_status_passes(folder: Path, status: str) -> None:
    with upstream(whole(status, b"")) as behind, passing(folder, behind.url) as recording:
        head, _ = recording.ask()
    assert head.startswith(f"HTTP/1.1 {status}")


def test_a_redirect_is_passed_on_and_not_followed(folder: Path) -> None:
    with upstream(whole("200 OK", b"")) as elsewhere:
        answer = whole("307 Temporary Redirect", b"", f"Location: {elsewhere.url}/v1")
        with upstream(answer) as behind, passing(folder, behind.url) as recording:
            head, _ = recording.ask()
    assert head.startswith("HTTP/1.1 307 ")
    assert f"Location: {elsewhere.url}/v1" in head
    assert elsewhere.seen == []


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:{port}", ""]
)
def test_a_request_for_another_host_is_refused(folder: Path, host: str) -> None:
    with upstream(whole("200 OK", b"")) as behind, passing(folder, behind.url) as recording:
        request = recording.post().replace(b"127.0.0.1:%d" % recording.port, host.format(port=recording.port).encode())
        head, body = exchanged(recording.port, request)
    assert head.startswith("HTTP/1.1 403 ")
    assert body.startswith(b"promptlint record: ")
    assert behind.seen == []
    assert recording.files() == []


FOREIGN = [
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Site: same-site",
    "Origin: https://evil.example",
    "Origin: null",
    "Origin: http://127.0.0.1:1",
    "Origin: http://127.0.0.1:{port}\r\nOrigin: null",
]


@pytest.mark.parametrize("header", FOREIGN)
def test_a_page_from_elsewhere_is_refused(folder: Path, header: str) -> None:
    with upstream(whole("200 OK", b"")) as behind, passing(folder, behind.url) as recording:
        head, body = recording.ask(CHAT, BODY, header.format(port=recording.port), "Content-Type: text/plain")
    assert head.startswith("HTTP/1.1 403 ")
    assert body == b"promptlint record: a request of a web page from elsewhere is not passed on\n"
    assert behind.seen == []
    assert recording.ended().refused == {"a request of a web page from elsewhere is not passed on": 1}


@pytest.mark.parametrize(
    "header", ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "Origin: http://localhost:{port}"]
)
def test_a_page_of_this_address_is_not_refused(folder: Path, header: str) -> None:
    with upstream(whole("200 OK", b"")) as behind, passing(folder, behind.url) as recording:
        head, _ = recording.ask(CHAT, BODY, header.format(port=recording.port))
    assert head.startswith("HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("method", "target", "host", "status"),
    [
        ("OPTIONS", "*", "evil.example", 403),
        ("OPTIONS", "*", "127.0.0.1:{port}", 404),
        ("CONNECT", "evil.example:443", "evil.example:443", 403),
        ("CONNECT", "evil.example:443", "127.0.0.1:{port}", 501),
    ],
)
def test_what_names_no_path_is_refused_with_a_reason(
    folder: Path, method: str, target: str, host: str, status: int
) -> None:
    with upstream(whole("200 OK", b"")) as behind, passing(folder, behind.url) as recording:
        request = f"{method} {target} HTTP/1.1\r\nHost: {host.format(port=recording.port)}\r\nConnection: close\r\n\r\n"
        head, body = exchanged(recording.port, request.encode())
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert body.startswith(b"promptlint record: ")
    assert behind.seen == []


def test_a_request_in_another_transfer_coding_is_refused(folder: Path) -> None:
    with upstream(whole("200 OK", b"")) as behind, passing(folder, behind.url) as recording:
        head = f"POST {CHAT} HTTP/1.1\r\nHost: 127.0.0.1:{recording.port}\r\nConnection: close\r\n"
        coded = b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunk(gzip.compress(BODY)) + chunk(b"")
        answer, body = exchanged(recording.port, head.encode() + coded)
    assert answer.startswith("HTTP/1.1 501 ")
    assert b"Transfer-Encoding" in body
    assert behind.seen == []


def test_an_answer_in_another_transfer_coding_is_not_passed_on_as_what_it_is_not(folder: Path) -> None:
    def answer(_: Seen, connection: socket.socket) -> None:
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
        connection.sendall(head + chunk(gzip.compress(USAGE)) + chunk(b""))

    with upstream(answer) as behind, passing(folder, behind.url) as recording:
        head, body = recording.ask()
    assert head.startswith("HTTP/1.1 502 ")
    assert b"its answer has a Transfer-Encoding that is not passed on" in body
    assert recording.files() == []


def test_a_header_in_latin_1_says_the_same_in_utf_8(folder: Path) -> None:
    with upstream(whole("200 Sch\xf6n", b"", "X-A: caf\xe9")) as behind, passing(folder, behind.url) as recording:
        request = recording.post(CHAT, BODY, "X-B: na?ve").replace(b"na?ve", b"na\xefve")
        head, _ = exchanged(recording.port, request)
    assert "200 Sch\xc3\xb6n\r\n" in head  # each byte as it came
    assert "X-A: caf\xc3\xa9" in head
    assert behind.seen[0].header("x-b") == ["na\xc3\xafve"]


def test_an_answer_that_has_not_changed_keeps_the_length_that_it_would_have(folder: Path) -> None:
    def answer(_: Seen, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 123\r\n\r\n")

    with upstream(answer) as behind, passing(folder, behind.url) as recording:
        head, body = recording.ask("/x", b"", method="GET")
    assert "Content-Length: 123" in head
    assert body == b""


@pytest.mark.parametrize("method", ["PROPFIND", "POST", "DELETE"])
def test_a_request_without_a_length_does_not_get_one(folder: Path, method: str) -> None:
    with upstream(whole("200 OK", b"")) as behind, passing(folder, behind.url) as recording:
        bare = recording.post("/x", b"", method=method).replace(b"Content-Length: 0\r\n", b"")
        exchanged(recording.port, bare)
        recording.ask("/x", b"", method=method)
    assert [seen.header("content-length") for seen in behind.seen] == [[], ["0"]]


@pytest.mark.parametrize("host", ["localhost:{port}", "LocalHost:{port}", "[::1]:{port}"])
def test_the_other_names_of_this_machine_are_not_refused(folder: Path, host: str) -> None:
    with upstream(whole("200 OK", b"")) as behind, passing(folder, behind.url) as recording:
        request = recording.post().replace(b"127.0.0.1:%d" % recording.port, host.format(port=recording.port).encode())
        head, _ = exchanged(recording.port, request)
    assert head.startswith("HTTP/1.1 200 ")
    assert len(behind.seen) == 1


def test_it_listens_on_the_loopback_address_alone(folder: Path) -> None:
    with upstream(whole("200 OK", b"")) as behind, passing(folder, behind.url) as recording:
        recording.ask()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", recording.port), timeout=5)


def test_a_websocket_is_refused_so_that_a_client_takes_plain_http(folder: Path) -> None:
    upgrade = ("Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    with upstream(whole("200 OK", b"")) as behind, passing(folder, behind.url) as recording:
        request = recording.post("/v1/realtime", b"", *upgrade, method="GET")
        head, body = exchanged(recording.port, request.replace(b"Connection: close", b"Connection: Upgrade, close"))
    assert head.startswith("HTTP/1.1 426 ")
    assert b"websocket" in body
    assert behind.seen == []


def test_a_server_that_is_not_there_is_a_plain_line_and_no_file(folder: Path) -> None:
    with refusing_port() as port, passing(folder, f"http://127.0.0.1:{port}") as recording:
        head, body = recording.ask()
        recording.ended()
    assert head.startswith("HTTP/1.1 502 ")
    assert body.decode().count("\n") == 1
    assert body == f"promptlint record: no answer from http://127.0.0.1:{port}: Connection refused\n".encode()
    assert recording.files() == []
    assert recording.ended().missed == {f"http://127.0.0.1:{port}: Connection refused": 1}


def test_a_server_that_hangs_up_is_a_plain_line_too(folder: Path) -> None:
    with upstream(lambda _, connection: connection.close()) as behind, passing(folder, behind.url) as recording:
        head, body = recording.ask()
    assert head.startswith("HTTP/1.1 502 ")
    assert body == f"promptlint record: no answer from {behind.url}: it hung up\n".encode()
    assert recording.files() == []
    assert recording.ended() == Tally(written=0, others=0, lost={}, missed={f"{behind.url}: it hung up": 1})


def test_what_is_no_llm_request_and_gets_no_answer_is_not_passed_on(folder: Path) -> None:
    with upstream(lambda _, connection: connection.close()) as behind, passing(folder, behind.url) as recording:
        recording.ask("/v1/models", b"", method="GET")
    assert recording.ended() == Tally(written=0, others=0, lost={}, missed={f"{behind.url}: it hung up": 1})


def test_an_answer_that_breaks_off_does_not_look_whole(folder: Path) -> None:
    def answer(_: Seen, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(b"data: 1\n\n"))

    with upstream(answer) as behind, passing(folder, behind.url) as recording:
        with closing(socket.create_connection(("127.0.0.1", recording.port), timeout=10)) as connection:
            connection.sendall(recording.post())
            raw = b""
            try:
                while piece := connection.recv(65536):
                    raw += piece
            except ConnectionResetError:
                pass
        [file] = recording.written()
    assert not raw.endswith(chunk(b""))
    assert file["response"] == {"status": 200, "complete": False, "body": "data: 1\n\n"}


def endless(_: Seen, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(chunk(b"data: 1\n\n"))
        time.sleep(0.005)


def first_piece(recording: Passing) -> socket.socket:
    """A connection on which an endless answer has begun."""
    connection = socket.create_connection(("127.0.0.1", recording.port), timeout=10)
    connection.sendall(recording.post())
    raw = b""
    while b"data: 1" not in raw:
        raw += connection.recv(65536)
    return connection


def test_a_client_that_leaves_ends_the_request_at_the_server_and_what_came_is_written(folder: Path) -> None:
    with upstream(endless) as behind, passing(folder, behind.url) as recording:
        first_piece(recording).close()
        assert behind.left.wait(10)
        [file] = recording.written()
    assert str(file["response"]["body"]).startswith("data: 1\n\n")
    assert file["response"]["complete"] is False


def test_a_client_that_leaves_before_the_answer_leaves_its_request(folder: Path) -> None:
    asked = threading.Event()

    def silent(_: Seen, connection: socket.socket) -> None:
        asked.set()
        if not connection.recv(1):
            raise ConnectionResetError

    with upstream(silent) as behind, passing(folder, behind.url) as recording:
        with closing(socket.create_connection(("127.0.0.1", recording.port), timeout=10)) as connection:
            connection.sendall(recording.post())
            assert asked.wait(10)
        assert behind.left.wait(10)
        [file] = recording.written()
    assert (file["request"]["body"], file["response"]) == (BODY.decode(), None)


def test_where_there_is_no_connection_left_to_break_off_the_request_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aiohttp import web

    async def fail(_: web.StreamResponse, request: web.BaseRequest) -> None:
        request.protocol.force_close()
        raise ConnectionResetError("Cannot write to closing transport")

    monkeypatch.setattr(web.StreamResponse, "prepare", fail)
    with upstream(whole("200 OK", USAGE)) as behind, passing(folder, behind.url) as recording:
        assert recording.ask() == ("", b"")
        [file] = recording.written()
    assert file["response"] == {"status": 200, "complete": False, "body": ""}


def test_a_stream_that_is_open_at_the_end_is_written_as_far_as_it_came(folder: Path) -> None:
    with upstream(endless) as behind, passing(folder, behind.url) as recording, closing(first_piece(recording)):
        [file] = recording.written()
    assert str(file["response"]["body"]).startswith("data: 1\n\n")


SECRETS = [f"sk-planted-{number}" for number in range(12)]


def test_no_key_and_no_cookie_gets_into_a_file(folder: Path) -> None:
    headers = [
        f"Authorization: Bearer {SECRETS[0]}",
        f"x-api-key: {SECRETS[1]}",
        f"api-key: {SECRETS[2]}",
        f"x-goog-api-key: {SECRETS[3]}",
        f"Cookie: session={SECRETS[4]}",
        f"Proxy-Authorization: Basic {SECRETS[5]}",
        f"X-My-Own-Token: {SECRETS[6]}",
        f"Referer: https://example.com/?key={SECRETS[7]}",
    ]
    path = f"/v1beta/models/gemini-2.5-pro:generateContent?key={SECRETS[8]}&alt=json&sig={SECRETS[9]}"
    answered = (f"Set-Cookie: id={SECRETS[10]}", f"X-Request-Token: {SECRETS[11]}")
    body = b'{"contents": [{"role": "user", "parts": [{"text": "hello"}]}]}'
    with upstream(whole("200 OK", USAGE, *answered)) as behind, passing(folder, behind.url) as recording:
        head, _ = recording.ask(path, body, *headers)
    [file] = recording.files()
    for secret in SECRETS:
        assert secret.encode() not in file.read_bytes()
        assert secret not in file.name
    assert f"Set-Cookie: id={SECRETS[10]}" in head
    arrived = behind.seen[0].head.decode()
    assert [secret for secret in SECRETS[:10] if secret not in arrived] == [SECRETS[5]]  # which is meant for us
    [request] = capture.load(str(file)).requests
    assert (request.dialect, request.model) == ("gemini", "gemini-2.5-pro")


@pytest.mark.parametrize(
    "spelling", ["?key=", "#key=", ";key=", "%3Fkey=", "%3fkey=", "%23key=", "%3Bkey=", "%253Fkey="]
)
def test_no_key_in_an_address_gets_into_a_file_however_it_is_spelled(folder: Path, spelling: str) -> None:
    path = f"{CHAT}{spelling}{SECRETS[0]}"
    with upstream(whole("200 OK", USAGE)) as behind, passing(folder, behind.url) as recording:
        recording.ask(path)
        recording.ask(f"/user:{SECRETS[1]}@h{CHAT}")
        files = recording.written()
    assert [SECRETS[0] in behind.seen[0].target, SECRETS[1] in behind.seen[1].target] == [True, True]
    assert len(files) == 2
    for path_of_file in recording.files():
        assert b"sk-planted" not in path_of_file.read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_files_and_their_folder_are_for_their_owner_alone(folder: Path) -> None:
    with upstream(whole("200 OK", USAGE)) as behind, passing(folder, behind.url) as recording:
        recording.ask()
        recording.ended()
    [file] = recording.files()
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_proxies_of_the_environment_are_not_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with upstream(whole("200 OK", b"")) as other, upstream(whole("200 OK", b"")) as behind:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, other.url)
        with passing(folder, behind.url) as recording:
            recording.ask()
    assert (len(other.seen), len(behind.seen)) == (0, 1)


def test_a_proxy_that_is_named_is_asked(folder: Path) -> None:
    with (
        upstream(whole("200 OK", b"")) as other,
        passing(folder, "http://api.example", other.url) as recording,
    ):
        recording.ask()
    assert other.seen[0].target == "http://api.example/v1/chat/completions"


def test_cookies_of_one_answer_are_not_sent_with_the_next_request(folder: Path) -> None:
    with upstream(whole("200 OK", b"", "Set-Cookie: a=b; Path=/")) as behind, passing(folder, behind.url) as recording:
        recording.ask()
        recording.ask()
    assert [seen.header("cookie") for seen in behind.seen] == [[], []]


@pytest.mark.parametrize("path", ["/v1/embeddings", "/v1/messages/count_tokens", "/v1/files"])
def test_what_is_sent_to_other_endpoints_is_counted_and_not_written(folder: Path, path: str) -> None:
    with upstream(whole("200 OK", b"")) as behind, passing(folder, behind.url) as recording:
        recording.ask(path)
    assert recording.ended() == Tally(written=0, others=1, lost={})
    assert recording.files() == []


@pytest.mark.parametrize("path", ["/a//b/../%7Bx%7d/%2e/ä:c;d=1,2?x=%20+&&y", "/x?", "/?", "/x#y?z", "/%zz"])
def test_a_path_is_not_tidied(folder: Path, path: str) -> None:
    with upstream(whole("200 OK", b"")) as behind, passing(folder, behind.url + "/base") as recording:
        recording.ask(path.replace("ä", "%C3%A4"))
    assert behind.seen[0].target == "/base" + path.replace("ä", "%C3%A4")


def answering_in_pieces(seen: Seen, connection: socket.socket) -> None:
    """The body comes back as a stream, cut at places of its own."""
    cuts = random.Random(seen.body)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    rest = seen.body
    while rest:
        size = cuts.randint(1, 200)
        connection.sendall(chunk(rest[:size]))
        rest = rest[size:]
        time.sleep(0.002)
    connection.sendall(chunk(b""))


def test_two_hundred_streams_at_once_do_not_change_a_byte(folder: Path) -> None:
    bodies = [BODY.replace(b"Gr", b"number %d " % number * 150) for number in range(200)]
    with upstream(answering_in_pieces) as behind, passing(folder, behind.url) as recording:
        with ThreadPoolExecutor(len(bodies)) as threads:
            requests = [recording.post(CHAT, body) for body in bodies]
            answers = list(threads.map(lambda request: exchanged(recording.port, request)[1], requests))
        files = recording.written()
    assert answers == bodies
    assert sorted(str(file["request"]["body"]) for file in files) == sorted(body.decode() for body in bodies)
    assert all(file["request"]["body"] == file["response"]["body"] for file in files)
    assert sorted(seen.body for seen in behind.seen) == sorted(bodies)
