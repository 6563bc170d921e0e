from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from promptlint import capture
from promptlint.answer.message import message
from promptlint.recording.call import MOST_OF_A_REQUEST, Call, Content, Lost, captured, may_be_captured

BEGAN = datetime(2026, 6, 5, 9, 14, 7, 250, UTC)
URL = "https://api.example/v1/chat/completions"
BODY = b'{"b": 1.50, "a": "\\u00e9\xc3\xa9\\/",\n "messages": [{"role": "user", "content": "hi"}], "c": null}'
EVENTS = (
    b'data: {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hello"}}]}\n\n'
    b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'
    b'data: {"choices": [], "usage": {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 7}}}\n\n'
    b"data: [DONE]\n\n"
)


def document(call: Call) -> dict[str, object]:
    content = captured(call).content
    assert content is not None
    found = json.loads(content)
    assert isinstance(found, dict)
    return found


def test_the_body_stands_there_byte_for_byte() -> None:
    found = document(Call(URL, BEGAN, Content(BODY), 200, Content(EVENTS)))
    assert found == {
        "recorded_at": "2026-06-05T09:14:07.000250+00:00",
        "request": {"method": "POST", "url": URL, "body": BODY.decode()},
        "response": {"status": 200, "body": EVENTS.decode()},
    }


def test_it_is_read_with_its_time_its_host_and_what_the_provider_counted(tmp_path: Path) -> None:
    path = tmp_path / "request.json"
    path.write_bytes(captured(Call(URL, BEGAN, Content(BODY), 200, Content(EVENTS))).content or b"")
    [request] = capture.load(str(path)).requests
    assert (request.recorded_at, request.host, request.observed_cached_tokens) == (BEGAN, "api.example", 7)
    assert request.key_order_kept
    assert list(request.body) == ["b", "a", "messages", "c"]


def test_a_request_without_an_answer_has_none() -> None:
    assert document(Call(URL, BEGAN, Content(BODY)))["response"] is None


def test_an_answer_that_is_no_text_is_base64(tmp_path: Path) -> None:
    path = tmp_path / "request.json"
    path.write_bytes(captured(Call(URL, BEGAN, Content(BODY), 200, Content(b"\x00\xff"))).content or b"")
    [request] = capture.load(str(path)).requests
    assert request.answer == b"\x00\xff"


def test_a_compressed_answer_that_was_cut_off_is_kept_as_far_as_it_came() -> None:
    packed = gzip.compress(EVENTS, mtime=0)[:-40]
    found = document(Call(URL, BEGAN, Content(BODY), 200, Content(packed, "gzip")))["response"]
    assert isinstance(found, dict)
    assert found["body"]
    assert EVENTS.decode().startswith(found["body"])


def test_an_answer_that_was_cut_off_does_not_look_whole(tmp_path: Path) -> None:
    path = tmp_path / "request.json"
    cut = EVENTS[: EVENTS.index(b"data", 1)]
    content = captured(Call(URL, BEGAN, Content(BODY), 200, Content(cut), complete=False)).content
    assert content is not None
    path.write_bytes(content)
    assert json.loads(content)["response"]["complete"] is False
    [request] = capture.load(str(path)).requests
    assert request.answer == cut.decode()
    assert message(request) is None


@pytest.mark.parametrize("status", [400, 401, 429, 500, 529])
def test_a_request_that_failed_is_not_written_for_it_is_sent_once_more(status: int) -> None:
    found = captured(Call(URL, BEGAN, Content(BODY), status, Content(b"{}")))
    assert found == (None, Lost("request", f"answered with {status}"))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"purpose": "batch"}', b"\xff", b"[" * 100_000])
def test_what_is_no_llm_request_is_not_written_and_not_lost(body: bytes) -> None:
    assert captured(Call("https://api.example/other", BEGAN, Content(body), 200)) == (None, None)


def test_a_request_that_cannot_be_unpacked_is_lost_with_its_reason() -> None:
    found = captured(Call(URL, BEGAN, Content(BODY, "snappy"), 200))
    assert found == (None, Lost("request", "cannot be unpacked from 'snappy'"))


def test_a_request_that_was_too_long_is_lost_with_its_reason() -> None:
    found = captured(Call(URL, BEGAN, Content(None), 200))
    assert found == (None, Lost("request", f"larger than {MOST_OF_A_REQUEST >> 20} MiB"))


def test_an_answer_that_cannot_be_kept_does_not_take_its_request_along() -> None:
    found = captured(Call(URL, BEGAN, Content(BODY), 200, Content(b"x", "snappy")))
    assert found.lost == Lost("answer", "cannot be unpacked from 'snappy'")
    assert found.content is not None
    assert json.loads(found.content)["response"] == {"status": 200, "body": None}


@pytest.mark.parametrize(
    ("method", "path", "wanted"),
    [
        ("POST", "/v1/chat/completions", True),
        ("POST", "/api/chat", True),
        ("GET", "/v1/chat/completions", False),
        ("POST", "/v1/embeddings", False),
        ("POST", "/v1/messages/count_tokens", False),
    ],
)
def test_only_what_may_be_a_request_to_an_llm_is_held(method: str, path: str, wanted: bool) -> None:
    assert may_be_captured(method, f"https://api.example{path}") is wanted
