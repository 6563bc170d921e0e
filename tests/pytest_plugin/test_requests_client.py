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


class OneWay(io.BytesIO):
    """A file that can be read only once, as the standard input of a process."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation("underlying stream is not seekable")


@pytest.mark.parametrize("data", [BODY, BODY.decode(), pieces, Pipe, lambda: io.BytesIO(BODY), lambda: OneWay(BODY)])
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


def test_a_body_that_an_adapter_has_replaced_stays_replaced(recording: Recording) -> None:
    class Joining(requests.adapters.BaseAdapter):  # type: ignore[misc, name-defined]  # known at run time
        def send(self, request: Any, **_: Any) -> Any:
            request.body = b"".join(request.body)
            answer = requests.Response()
            answer.status_code, answer.request, answer.raw = 200, request, io.BytesIO()
            return answer

        def close(self) -> None:
            pass

    with requests.Session() as session:
        session.mount("http://", Joining())
        answer = session.post("http://llm.test" + PATH, data=pieces())
    assert answer.request.body == BODY
    assert [one.content for one in recording] == [BODY]


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
