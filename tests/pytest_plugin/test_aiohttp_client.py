"""aiohttp: the methods of a session, and the function without one."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from promptlint.pytest_plugin import aiohttp_client
from promptlint.pytest_plugin.aiohttp_client import _content
from promptlint.pytest_plugin.recording import Recording
from tests.pytest_plugin.loopback import Loopback

aiohttp = pytest.importorskip("aiohttp")
MESSAGES = {"model": "m", "messages": [{"role": "user", "content": "schön"}]}
BODY = json.dumps(MESSAGES, ensure_ascii=False).encode()
PATH = "/v1/chat/completions"


async def pieces() -> AsyncIterator[bytes]:
    yield BODY[:10]
    yield BODY[10:]


async def post(url: str, **keywords: Any) -> None:
    async with aiohttp.ClientSession() as session, session.post(url, **keywords) as answer:
        assert answer.status == 200


async def request(url: str, **keywords: Any) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.request("POST", url, **keywords)
        assert (await answer.json())["model"] == "m"


async def function(url: str, **keywords: Any) -> None:
    async with aiohttp.request("POST", url, **keywords) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("send", [post, request, function])
@pytest.mark.parametrize(
    "data",
    [
        lambda: {"data": BODY},
        lambda: {"data": BODY.decode()},
        lambda: {"data": pieces()},
        lambda: {"data": io.BytesIO(BODY)},
        lambda: {"data": aiohttp.BytesPayload(BODY)},
        lambda: {"json": MESSAGES},
    ],
    ids=["bytes", "text", "pieces", "file", "payload", "json"],
)
def test_every_kind_of_body_is_recorded_once_as_it_goes_out(
    data: Callable[[], Any], send: Callable[..., Awaitable[None]], server: Loopback, recording: Recording
) -> None:
    asyncio.run(send(server.url + PATH, **data()))  # type: ignore[arg-type]  # whatever it takes
    assert [one.content for one in recording] == server.bodies
    assert recording[0].body == MESSAGES


def test_a_session_has_a_base_address_and_a_writer_of_json(server: Loopback, recording: Recording) -> None:
    async def send() -> None:
        session = aiohttp.ClientSession(server.url, json_serialize=lambda value: json.dumps(value, indent=1))
        async with session, session.post(PATH, json=MESSAGES, headers={"content-type": "application/json"}) as answer:
            assert answer.status == 200

    asyncio.run(send())
    assert [one.content for one in recording] == server.bodies
    assert recording[0].url == server.url + PATH


def test_forms_and_empty_bodies_are_none(server: Loopback, recording: Recording) -> None:
    for data in ({"messages": "hi"}, None):
        asyncio.run(post(server.url + PATH, data=data))
    assert len(recording) == 0


@pytest.mark.parametrize("general", [True, False])
def test_other_methods_are_none(recording: Recording, server: Loopback, general: bool) -> None:
    async def send() -> None:
        async with aiohttp.ClientSession() as session:
            url = server.url + PATH
            async with session.request("GET", url) if general else session.get(url) as answer:
                assert answer.status == 501

    asyncio.run(send())
    assert len(recording) == 0


def test_what_cannot_be_written_fails_where_it_would_without_us(server: Loopback, recording: Recording) -> None:
    async def send() -> None:
        async with aiohttp.ClientSession() as session:
            answer = session.post(server.url + PATH, json={"messages": {1, 2}})
            with pytest.raises(TypeError, match="not JSON serializable"):
                await answer

    asyncio.run(send())
    assert (len(recording), recording.missed) == (0, [])


def test_the_writer_of_a_session_is_called_once_for_each_request(server: Loopback, recording: Recording) -> None:
    written: list[Any] = []

    def write(value: Any) -> str:
        written.append(value)
        return json.dumps(value, indent=1, default=sorted)

    async def send() -> None:
        async with aiohttp.ClientSession(server.url, json_serialize=write) as session:
            for body in (MESSAGES, MESSAGES, MESSAGES | {"stop": {"a"}}):
                async with session.post(PATH, json=body) as answer:
                    assert answer.status == 200

    asyncio.run(send())
    assert len(written) == 3
    assert [one.content for one in recording] == server.bodies


def test_a_payload_of_an_earlier_release_is_known() -> None:
    class Payload:
        _value = BODY

    library: Any = SimpleNamespace(BytesPayload=Payload)
    assert _content(library, Payload()) == BODY


def test_where_recording_fails_the_request_goes_out_and_it_is_known(
    server: Loopback, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aiohttp_client, "peeked", lambda file: 1 // 0)
    asyncio.run(post(server.url + PATH, data=io.BytesIO(BODY)))
    assert server.bodies == [BODY]
    assert (len(recording), recording.missed) == (0, ["ZeroDivisionError: integer division or modulo by zero"])
