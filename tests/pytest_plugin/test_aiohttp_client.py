"""aiohttp: the methods of a session, and the function without one."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

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
    asyncio.run(send(server.url + PATH, **data()))  # type: ignore[arg-type]
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


def test_other_methods_are_none(recording: Recording, server: Loopback) -> None:
    async def send() -> None:
        async with aiohttp.ClientSession() as session, session.get(server.url + PATH) as answer:
            assert answer.status == 501

    asyncio.run(send())
    assert len(recording) == 0
