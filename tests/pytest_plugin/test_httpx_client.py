"""httpx and httpx2: whatever is below `send`, the same bodies are recorded, and the same go out."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from promptlint.pytest_plugin.recording import Recording
from tests.pytest_plugin.loopback import Loopback

BODY = b'{"model": "m",  "messages": [{"role": "user", "content": "hi"}]}'
PATH = "/v1/chat/completions"


@pytest.fixture(params=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest) -> Any:
    return pytest.importorskip(request.param)


def pieces() -> Iterator[bytes]:
    yield BODY[:10]
    yield BODY[10:]


async def later_pieces() -> AsyncIterator[bytes]:
    for piece in pieces():
        yield piece


def transport(library: Any, answer: Callable[[Any], Any]) -> Any:
    """One that leaves the body unread, unlike MockTransport."""

    class Answering(library.BaseTransport):  # type: ignore[misc]  # known at run time
        def handle_request(self, request: Any) -> Any:
            return answer(request)

    return Answering()


def post(library: Any, url: str, **keywords: Any) -> Any:
    with library.Client() as client:
        return client.post(url, **keywords)


def post_async(library: Any, url: str, **keywords: Any) -> Any:
    async def send() -> Any:
        async with library.AsyncClient() as client:
            return await client.post(url, **keywords)

    return asyncio.run(send())


@pytest.mark.parametrize("send", [post, post_async])
def test_a_body_is_recorded_byte_for_byte(
    library: Any, send: Callable[..., Any], server: Loopback, recording: Recording
) -> None:
    assert send(library, server.url + PATH, content=BODY).status_code == 200
    (one,) = recording
    assert server.bodies == [BODY]
    assert (one.content, one.url, one.dialect, one.sent) == (BODY, server.url + PATH, "openai_chat", 1)
    assert one.body == json.loads(BODY)


@pytest.mark.parametrize(("send", "content"), [(post, pieces), (post_async, later_pieces)])
def test_a_body_in_pieces_goes_out_in_the_same_pieces(
    library: Any, send: Callable[..., Any], content: Any, server: Loopback, recording: Recording
) -> None:
    send(library, server.url + PATH, content=content())
    assert server.chunks == [[10, len(BODY) - 10]]
    assert [one.content for one in recording] == server.bodies == [BODY]


def test_a_body_in_pieces_is_not_read_before_it_is_sent(library: Any, recording: Recording) -> None:
    def answer(request: Any) -> Any:
        assert taken == []
        assert len(recording) == 0
        assert request.read() == BODY
        return library.Response(200, json={})

    def watched() -> Iterator[bytes]:
        for piece in pieces():
            taken.append(piece)
            yield piece

    taken: list[bytes] = []
    with library.Client(transport=transport(library, answer)) as client:
        client.post("http://llm.test" + PATH, content=watched())
    assert [one.content for one in recording] == [BODY]


def test_a_request_has_its_own_stream_again_when_it_is_sent(library: Any, recording: Recording) -> None:
    def answer(request: Any) -> Any:
        assert b"".join(request.stream) == BODY
        return library.Response(200, json={})

    with library.Client(transport=transport(library, answer)) as client:
        request = client.build_request("POST", "http://llm.test" + PATH, content=pieces())
        stream = request.stream
        client.send(request)
    assert request.stream is stream
    assert len(recording) == 1


def test_a_body_that_a_transport_sends_twice_is_one_request(library: Any, recording: Recording) -> None:
    def answer(request: Any) -> Any:
        assert [b"".join(request.stream) for _ in range(2)] == [BODY, BODY]
        return library.Response(200, json={})

    class Again(library.SyncByteStream):  # type: ignore[misc]  # known at run time
        def __iter__(self) -> Iterator[bytes]:
            return pieces()

    with library.Client(transport=transport(library, answer)) as client:
        client.send(library.Request("POST", "http://llm.test" + PATH, stream=Again()))
    assert [one.content for one in recording] == [BODY]


@pytest.mark.parametrize("content", [lambda: BODY, pieces], ids=["whole", "pieces"])
def test_a_request_that_a_transport_gives_to_another_client_is_one(
    library: Any, content: Callable[[], Any], recording: Recording
) -> None:
    def answer(request: Any) -> Any:
        assert request.read() == BODY
        return library.Response(200, json={})

    with (
        library.Client(transport=library.MockTransport(answer)) as below,
        library.Client(transport=transport(library, below.send)) as client,
    ):
        assert client.post("http://llm.test" + PATH, content=content()).status_code == 200
    assert [one.content for one in recording] == [BODY]


def test_a_body_is_closed_by_who_has_read_it(library: Any, recording: Recording) -> None:
    closed: list[str] = []

    class Body(library.SyncByteStream):  # type: ignore[misc]  # known at run time
        def __iter__(self) -> Iterator[bytes]:
            return pieces()

        def close(self) -> None:
            closed.append("at once")

    class LaterBody(library.AsyncByteStream):  # type: ignore[misc]  # known at run time
        def __aiter__(self) -> AsyncIterator[bytes]:
            return later_pieces()

        async def aclose(self) -> None:
            closed.append("later")

    def answer(request: Any) -> Any:
        stream = request.stream
        request.read()
        stream.close()
        return library.Response(200, json={})

    class Later(library.AsyncBaseTransport):  # type: ignore[misc]  # known at run time
        async def handle_async_request(self, request: Any) -> Any:
            stream = request.stream
            await request.aread()
            await stream.aclose()
            return library.Response(200, json={})

    async def send() -> None:
        async with library.AsyncClient(transport=Later()) as client:
            await client.send(library.Request("POST", "http://llm.test" + PATH, stream=LaterBody()))

    with library.Client(transport=transport(library, answer)) as client:
        client.send(library.Request("POST", "http://llm.test" + PATH, stream=Body()))
    asyncio.run(send())
    assert closed == ["at once", "later"]
    assert len(recording) == 2


def test_a_body_that_nobody_reads_was_not_sent(library: Any, recording: Recording) -> None:
    with library.Client(transport=library.MockTransport(lambda _: library.Response(200))) as client:
        client.post("http://llm.test" + PATH, content=BODY)

    with library.Client(transport=transport(library, lambda _: library.Response(200))) as client:
        client.post("http://llm.test" + PATH, content=pieces())
    assert len(recording) == 1


def test_a_failed_attempt_is_one_that_was_sent(library: Any, recording: Recording) -> None:
    def fail(request: Any) -> Any:
        raise library.ConnectError("no route", request=request)

    with library.Client(transport=library.MockTransport(fail)) as client, pytest.raises(library.ConnectError):
        client.post("http://llm.test" + PATH, content=BODY)
    assert len(recording) == 1


def test_an_asynchronous_body_in_a_synchronous_client_fails_as_ever(library: Any, recording: Recording) -> None:
    with library.Client() as client, pytest.raises(RuntimeError, match="async"):
        client.post("http://llm.test" + PATH, content=later_pieces())
    assert len(recording) == 0


def test_a_redirect_is_one_request(library: Any, server: Loopback, recording: Recording) -> None:
    with library.Client(follow_redirects=True) as client:
        assert client.post(server.url + "/moved", content=BODY).status_code == 200
    assert len(server.bodies) == 2
    assert [one.content for one in recording] == [BODY]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/v1/embeddings", b'{"model": "m", "input": "hi"}'),
        ("/v1/messages/count_tokens", BODY),
        (PATH, b"no json"),
        (PATH, BODY + b"\n" + BODY),
        (PATH, b""),
        ("/orders", b'{"id": 7}'),
        ("/orders", b'["messages"]'),
        ("/orders", b"\xff\xfe{"),
    ],
)
def test_what_is_no_request_to_an_llm_is_not_recorded(
    path: str, content: bytes, library: Any, recording: Recording
) -> None:
    with library.Client(transport=library.MockTransport(lambda _: library.Response(200))) as client:
        client.post("http://llm.test" + path, content=content)
        client.get("http://llm.test" + PATH)
        client.post("http://llm.test" + PATH, files={"file": BODY})
    assert len(recording) == 0


def test_the_url_has_no_secrets(library: Any, recording: Recording) -> None:
    with library.Client(transport=library.MockTransport(lambda _: library.Response(200))) as client:
        client.post(
            "http://me:word@llm.test/v1beta/models/g:generateContent?key=secret",
            content=b'{"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}',
        )
    (one,) = recording
    assert (one.url, one.model) == ("http://llm.test/v1beta/models/g:generateContent", "g")
    assert "secret" not in repr(one)


def test_a_compressed_body_is_recorded_unpacked(library: Any, recording: Recording) -> None:
    packed = importlib.import_module("gzip").compress(BODY)
    with library.Client(transport=library.MockTransport(lambda _: library.Response(200))) as client:
        client.post("http://llm.test" + PATH, content=packed, headers={"content-encoding": "gzip"})
    assert [one.content for one in recording] == [BODY]


def test_the_methods_are_the_old_ones_afterwards(library: ModuleType) -> None:
    from promptlint.pytest_plugin.clients import listening

    before = (library.Client.__dict__["send"], library.AsyncClient.__dict__["send"])
    with listening(Recording("outer")):
        during = (library.Client.__dict__["send"], library.AsyncClient.__dict__["send"])
        with listening(Recording("inner")):
            assert (library.Client.__dict__["send"], library.AsyncClient.__dict__["send"]) == during
        assert during != before
    assert (library.Client.__dict__["send"], library.AsyncClient.__dict__["send"]) == before
