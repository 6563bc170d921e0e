"""Libraries that answer in a server's place: what was sent is recorded, whether or not it went anywhere."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from promptlint.pytest_plugin.recording import Recording
from tests.pytest_plugin.loopback import CHAT, serving

BODY: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
URL = "https://api.openai.com/v1/chat/completions"


def test_respx(recording: Recording) -> None:
    respx, httpx = pytest.importorskip("respx"), pytest.importorskip("httpx")
    with respx.mock, httpx.Client() as client:
        respx.post(URL).respond(json=CHAT)
        assert client.post(URL, json=BODY).json() == CHAT
    assert [one.body for one in recording] == [BODY]


def test_responses(recording: Recording) -> None:
    responses, requests = pytest.importorskip("responses"), pytest.importorskip("requests")
    with responses.RequestsMock() as mock:
        mock.post(URL, json=CHAT)
        assert requests.post(URL, json=BODY, timeout=5).json() == CHAT
    assert [one.body for one in recording] == [BODY]


@pytest.mark.parametrize("place", ["class", "session", "adapter"])
def test_requests_mock(place: str, recording: Recording) -> None:
    requests_mock, requests = pytest.importorskip("requests_mock"), pytest.importorskip("requests")
    with requests.Session() as session:
        if place == "adapter":
            adapter = requests_mock.Adapter()
            session.mount("https://", adapter)
            adapter.register_uri("POST", URL, json=CHAT)
            assert session.post(URL, json=BODY).json() == CHAT
        else:
            with requests_mock.Mocker(session=session if place == "session" else None) as mock:
                mock.post(URL, [{"json": CHAT}, {"exc": requests.ConnectTimeout}])
                assert session.post(URL, json=BODY).json() == CHAT
                with pytest.raises(requests.ConnectTimeout):
                    session.post(URL, json=BODY)
    assert [one.body for one in recording] == [BODY] * (1 if place == "adapter" else 2)


@pytest.mark.parametrize("whole", [True, False])
def test_what_requests_mock_lets_through_is_one_request(whole: bool, recording: Recording) -> None:
    requests_mock, requests = pytest.importorskip("requests_mock"), pytest.importorskip("requests")
    with serving() as server, requests_mock.Mocker(real_http=whole) as mock:
        url = f"{server.url}/v1/chat/completions"
        if not whole:
            mock.post(url, real_http=True)
        assert requests.post(url, json=BODY, timeout=5).json() == CHAT
    assert [one.body for one in recording] == [BODY]


@pytest.mark.parametrize("name", ["httpx", "httpx2", "requests", "aiohttp"])
def test_vcrpy_while_it_records_and_when_it_replays(name: str, tmp_path: Path, recording: Recording) -> None:
    vcr, library = pytest.importorskip("vcr"), pytest.importorskip(name)
    cassette = str(tmp_path / "cassette.yaml")
    with serving() as server:
        url = f"{server.url}/v1/chat/completions"
        with vcr.use_cassette(cassette):
            assert post(library, url) == CHAT
    assert len(server.bodies) == 1
    with vcr.use_cassette(cassette, record_mode="none"):
        assert post(library, url) == CHAT
    assert [one.body for one in recording] == [BODY, BODY]


def post(library: Any, url: str) -> Any:
    if library.__name__ == "aiohttp":
        return asyncio.run(post_async(library, url))
    if library.__name__ == "requests":
        return library.post(url, json=BODY, timeout=5).json()
    with library.Client() as client:
        return client.post(url, json=BODY).json()


async def post_async(library: Any, url: str) -> Any:
    async with library.ClientSession() as session, session.post(url, json=BODY) as answer:
        return await answer.json()
