from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.capture.recordings import ANSWER, ANSWER_TEXT, BODY, DATE, RECORDED, TEXT, loaded, reasons

HEX = TEXT.encode().hex()
ZIPPED = gzip.compress(ANSWER_TEXT.encode()).hex()


def call(body: Any, response: Any = ANSWER, **more: Any) -> dict[str, Any]:
    return {
        "scope": "https://api.example.org:443",
        "method": "POST",
        "path": "/v1/chat/completions",
        "body": body,
        "status": 200,
        "response": response,
        "rawHeaders": ["Content-Type", "application/json", "Date", DATE],
        **more,
    }


@pytest.mark.parametrize("body", [BODY, TEXT, HEX, [HEX[:20], HEX[20:]]], ids=["object", "text", "hex", "hex list"])
def test_bodies_in_every_packing(body: Any) -> None:
    found = loaded([call(body)])
    assert (found.format, found.requests[0].body, found.requests[0].container) == ("nock", BODY, "/0/body")
    assert str(found.requests[0].recorded_at) == RECORDED


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        (ANSWER, ANSWER),
        (ANSWER_TEXT, ANSWER_TEXT),
        ([ZIPPED[:30], ZIPPED[30:]], ANSWER_TEXT),
        (ANSWER_TEXT.encode().hex(), ANSWER_TEXT),
        ("", ""),
    ],
    ids=["object", "text", "chunks of gzip", "hex", "empty"],
)
def test_answers_in_every_packing(response: Any, answer: Any) -> None:
    request = loaded([call(BODY, response)]).requests[0]
    assert (request.answer, request.observed_cached_tokens) == (answer, 7 if response else None)


def test_headers_may_be_a_mapping_or_pairs() -> None:
    headers: list[Any] = [{"date": DATE}, [["date", DATE]], [{"name": "Date", "values": [DATE]}]]
    for one in headers:
        assert str(loaded([call(BODY, rawHeaders=one)]).requests[0].recorded_at) == RECORDED


def test_broken_calls_do_not_take_the_others_along() -> None:
    found = loaded([call(""), {"scope": 1}, call("abc"), call(BODY, path={"regex": "x"}), call(["x"])])
    assert len(found.requests) == 1
    assert reasons(found)[:2] == ["no body", "a call without a scope"]
    assert [one.pointer for one in found.skipped] == ["/0/body", "/1", "/2/body", "/4/body"]
    assert json.dumps(BODY) == json.dumps(found.requests[0].body)
