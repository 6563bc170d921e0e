from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.capture.recordings import ANSWER, ANSWER_TEXT, BODY, TEXT, URL, loaded, reasons

PATH = "/v1/chat/completions"
PACKED = base64.b64encode(TEXT.encode()).decode()


def stub(pattern: Any, **response: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "request": {"urlPath": PATH, "method": "POST", "bodyPatterns": [{"contains": "model"}, pattern]},
        "response": {"status": 200, **response},
    }


@pytest.mark.parametrize(
    ("pattern", "key"),
    [
        ({"equalToJson": BODY, "ignoreArrayOrder": True}, "equalToJson"),
        ({"equalToJson": TEXT}, "equalToJson"),
        ({"equalTo": TEXT}, "equalTo"),
        ({"binaryEqualTo": PACKED}, "binaryEqualTo"),
    ],
    ids=["object", "text", "plain", "binary"],
)
def test_a_stub_whose_pattern_is_the_body(pattern: Any, key: str) -> None:
    found = loaded(stub(pattern))
    assert (found.format, found.requests[0].body) == ("wiremock", BODY)
    assert found.requests[0].container == f"/request/bodyPatterns/1/{key}"


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ({"body": ANSWER_TEXT}, ANSWER_TEXT),
        ({"jsonBody": ANSWER}, ANSWER),
        ({"base64Body": base64.b64encode(ANSWER_TEXT.encode()).decode()}, ANSWER_TEXT),
        ({"bodyFileName": "answer.json"}, None),
    ],
    ids=["text", "parsed", "base64", "in another file"],
)
def test_answers_in_every_spelling(response: dict[str, Any], answer: Any) -> None:
    assert loaded(stub({"equalTo": TEXT}, **response)).requests[0].answer == answer


def test_many_stubs_and_those_without_a_body() -> None:
    without = {"request": {"urlPath": PATH, "method": "POST", "bodyPatterns": [{"matches": ".*"}]}, "response": {}}
    found = loaded({"mappings": [stub({"equalTo": TEXT}), without, 7, {"request": {"method": "GET"}}]})
    assert [one.container for one in found.requests] == ["/mappings/0/request/bodyPatterns/1/equalTo"]
    assert reasons(found) == ["no body", "no request", "no request"]


def test_the_journal_of_what_was_received() -> None:
    received = {"url": PATH, "absoluteUrl": URL, "method": "POST", "loggedDateString": "2026-08-04T07:45:31Z"}
    events = [
        {"id": "1", "request": {**received, "body": TEXT}, "responseDefinition": {"status": 200, "body": "x"}},
        {"request": {**received, "body": "", "bodyAsBase64": PACKED}, "response": {"jsonBody": ANSWER}},
        {**received, "body": TEXT},
    ]
    found = loaded({"requests": events, "meta": {"total": 3}})
    assert [one.body for one in found.requests] == [BODY] * 3
    assert [one.answer for one in found.requests] == ["x", ANSWER, None]
    assert {str(one.recorded_at) for one in found.requests[::2]} == {"2026-08-04 07:45:31+00:00"}


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        BODY,
        {"type": "JSON", "json": TEXT},
        {"type": "JSON", "json": BODY},
        {"type": "BINARY", "base64Bytes": PACKED},
    ],
    ids=["text", "parsed", "typed text", "typed", "binary"],
)
def test_expectations_of_mockserver(body: Any) -> None:
    answer = {"type": "STRING", "string": ANSWER_TEXT}
    expectation = {"httpRequest": {"method": "POST", "path": PATH, "body": body}, "httpResponse": {"body": answer}}
    request = loaded([expectation]).requests[0]
    assert (request.body, request.answer) == (BODY, ANSWER_TEXT)
