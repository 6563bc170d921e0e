"""The real clients of OpenAI and Anthropic, synchronous, asynchronous and streaming, against a server on loopback."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from promptlint.pytest_plugin.recording import Recording
from tests.pytest_plugin.loopback import Loopback

openai = pytest.importorskip("openai")
anthropic = pytest.importorskip("anthropic")
MESSAGES: list[Any] = [{"role": "user", "content": "hi"}]


def openai_options(server: Loopback) -> dict[str, Any]:
    return {"base_url": f"{server.url}/v1", "api_key": "test", "max_retries": 0}


def anthropic_options(server: Loopback) -> dict[str, Any]:
    return {"base_url": server.url, "api_key": "test", "max_retries": 0}


def is_as_sent(recording: Recording, server: Loopback, dialect: str, count: int) -> bool:
    return (
        [one.content for one in recording] == server.bodies
        and [one.dialect for one in recording] == [dialect] * count
        and [one.sent for one in recording] == list(range(1, count + 1))
    )


def test_openai(server: Loopback, recording: Recording) -> None:
    with openai.OpenAI(**openai_options(server)) as client:
        answer = client.chat.completions.create(model="m", messages=MESSAGES)
        stream = client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
        assert answer.choices[0].message.content == "fine"
        assert [chunk.choices[0].delta.content for chunk in stream] == ["fine"]
    assert is_as_sent(recording, server, "openai_chat", 2)


def test_openai_asynchronous(server: Loopback, recording: Recording) -> None:
    async def talk() -> None:
        async with openai.AsyncOpenAI(**openai_options(server)) as client:
            answer = await client.chat.completions.create(model="m", messages=MESSAGES)
            assert answer.choices[0].message.content == "fine"
            stream = await client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
            assert [chunk.choices[0].delta.content async for chunk in stream] == ["fine"]

    asyncio.run(talk())
    assert is_as_sent(recording, server, "openai_chat", 2)


def test_anthropic(server: Loopback, recording: Recording) -> None:
    asked: dict[str, Any] = {"model": "claude-x", "max_tokens": 9, "system": "Be brief.", "messages": MESSAGES}
    with anthropic.Anthropic(**anthropic_options(server)) as client:
        assert client.messages.create(**asked).content[0].text == "fine"
        with client.messages.stream(**asked) as stream:
            assert "".join(stream.text_stream) == "fine"
    assert is_as_sent(recording, server, "anthropic", 2)


def test_anthropic_asynchronous(server: Loopback, recording: Recording) -> None:
    asked: dict[str, Any] = {"model": "claude-x", "max_tokens": 9, "messages": MESSAGES}

    async def talk() -> None:
        async with anthropic.AsyncAnthropic(**anthropic_options(server)) as client:
            assert (await client.messages.create(**asked)).content[0].text == "fine"
            async with client.messages.stream(**asked) as stream:
                assert [text async for text in stream.text_stream] == ["fine"]

    asyncio.run(talk())
    assert is_as_sent(recording, server, "anthropic", 2)


def test_openai_on_aiohttp_is_recorded_once(server: Loopback, recording: Recording) -> None:
    pytest.importorskip("httpx_aiohttp")

    async def talk() -> None:
        async with openai.AsyncOpenAI(http_client=openai.DefaultAioHttpClient(), **openai_options(server)) as client:
            await client.chat.completions.create(model="m", messages=MESSAGES)

    asyncio.run(talk())
    assert is_as_sent(recording, server, "openai_chat", 1)


def test_threads_of_a_test_are_recorded_in_the_order_of_sending(server: Loopback, recording: Recording) -> None:
    with openai.OpenAI(**openai_options(server)) as client, ThreadPoolExecutor(4) as pool:

        def ask(number: int) -> None:
            client.chat.completions.create(model="m", messages=[{"role": "user", "content": str(number)}])

        list(pool.map(ask, range(12)))
        first = len(recording)
        ask(99)
    assert first == 12
    assert {one.body["messages"][0]["content"] for one in recording[:12]} == set(map(str, range(12)))
    assert recording[-1].body["messages"][0]["content"] == "99"


def test_a_request_that_is_tried_again_is_there_twice(server: Loopback, recording: Recording) -> None:
    address = server.url.replace(str(server.server_port), "9")  # nobody is there
    with openai.OpenAI(base_url=address, api_key="test", max_retries=1) as client, pytest.raises(openai.APIError):
        client.chat.completions.create(model="m", messages=MESSAGES)
    assert [one.body["messages"] for one in recording] == [MESSAGES, MESSAGES]
