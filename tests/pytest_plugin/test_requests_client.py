"""requests: whatever adapter is below `Session.send`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from promptlint.pytest_plugin import requests_client
from promptlint.pytest_plugin.recording import Recording
from tests.pytest_plugin.loopback import Loopback

requests = pytest.importorskip("requests")
BODY = b'{"model": "m", "messages": [{"role": "user", "content": "hi"}]}'
PATH = "/v1/chat/completions"


def pieces() -> Iterator[bytes]:
    yield BODY[:10]
    yield BODY[10:]


class Pipe:
    """Something to read from that has no position."""

    def __init__(self) -> None:
        self._file = io.BytesIO(BODY)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(min(size, 10))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._file)


@pytest.mark.parametrize("data", [BODY, BODY.decode(), pieces, Pipe, lambda: io.BytesIO(BODY)])
def test_every_kind_of_body_is_recorded_as_it_goes_out(data: Any, server: Loopback, recording: Recording) -> None:
    answer = requests.post(server.url + PATH, data=data() if callable(data) else data, timeout=5)
    assert answer.status_code == 200
    assert [one.content for one in recording] == server.bodies == [BODY]


def test_pieces_stay_pieces_and_the_request_keeps_its_body(server: Loopback, recording: Recording) -> None:
    body = pieces()
    answer = requests.post(server.url + PATH, data=body, timeout=5)
    assert server.chunks == [[10, len(BODY) - 10]]
    assert answer.request.body is body
    assert len(recording) == 1


def test_a_file_is_sent_from_where_it_stood(server: Loopback, recording: Recording) -> None:
    file = io.BytesIO(b"before" + BODY)
    file.seek(6)
    requests.post(server.url + PATH, data=file, timeout=5)
    assert [one.content for one in recording] == server.bodies == [BODY]


def test_json_is_recorded_as_the_client_writes_it(server: Loopback, recording: Recording) -> None:
    requests.post(server.url + PATH, json={"messages": [{"role": "user", "content": "schön"}]}, timeout=5)
    assert [one.content for one in recording] == server.bodies


def test_a_redirect_is_one_request(server: Loopback, recording: Recording) -> None:
    assert requests.post(server.url + "/moved", data=BODY, timeout=5).status_code == 200
    assert len(server.bodies) == 2
    assert [one.content for one in recording] == [BODY]


def test_forms_and_empty_bodies_are_none(server: Loopback, recording: Recording) -> None:
    requests.post(server.url + PATH, data={"messages": "hi"}, timeout=5)
    requests.post(server.url + PATH, timeout=5)
    assert len(recording) == 0
    assert len(server.bodies) == 2


def test_where_recording_fails_the_request_goes_out_and_it_is_known(
    server: Loopback, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests_client, "_content", lambda body: 1 // 0)
    assert requests.post(server.url + PATH, data=BODY, timeout=5).status_code == 200
    assert (len(recording), len(recording.missed)) == (0, 1)
