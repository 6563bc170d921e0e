from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from promptlint.capture import load_bytes
from promptlint.errors import InputError
from tests.capture.recordings import ANSWER, BODY, TEXT, URL, loaded, reasons

PACKED = base64.b64encode(TEXT.encode()).decode()


def call(body: Any, **more: Any) -> dict[str, Any]:
    return {
        "request": {"method": "POST", "url": URL, "headers": {}, "body": body, **more},
        "response": {"body": ANSWER},
    }


@pytest.mark.parametrize(
    ("whole", "container"),
    [
        (call(TEXT), "/request/body"),
        (call(BODY), "/request/body"),
        (call({"body": TEXT}), "/request/body/body"),
        (call(PACKED, bodyEncoding="base64"), "/request/body"),
        (call({"base64": PACKED}), "/request/body/base64"),
        ({"meta": {"id": 1}, "url": URL, "headers": {}, "body": {"body": BODY}}, "/body/body"),
        ([call(TEXT)], "/0/request/body"),
    ],
    ids=["text", "parsed", "twice", "base64", "base64 in a mapping", "without a wrapper", "list"],
)
def test_bodies_in_every_wrapping(whole: Any, container: str) -> None:
    found = loaded(whole)
    assert (found.format, found.requests[0].container) == ("recorded-calls", container)
    assert found.requests[0].body == BODY


def test_the_answer_is_kept_and_counted() -> None:
    request = loaded(call(BODY)).requests[0]
    assert (request.answer, request.observed_cached_tokens) == (ANSWER, 7)


def test_one_call_on_each_line() -> None:
    lines = [call(BODY), {**call(BODY), "response": None}, call("a=b"), {"url": URL, "body": TEXT}]
    found = load_bytes("calls.jsonl", "\n".join(map(json.dumps, lines)).encode())
    assert (found.format, [one.container for one in found.requests]) == (
        "jsonl",
        ["0/request/body", "1/request/body", "3/body"],
    )
    assert reasons(found) == ["a form, not JSON"]


def test_a_request_without_an_address_is_no_recorded_call() -> None:
    with pytest.raises(InputError):
        loaded({"request": {"headers": {}}, "response": {}})


def test_a_body_and_its_answer_without_an_address() -> None:
    answer = {"usage": {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4}}}
    (found,) = load_bytes("call.json", json.dumps({"request": BODY, "response": answer}).encode()).requests
    assert (found.format, found.container, found.body) == ("recorded-calls", "/request", BODY)
    assert found.observed_cached_tokens == 4
