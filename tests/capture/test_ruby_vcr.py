from __future__ import annotations

import base64
import gzip
import json
import zlib
from typing import Any

import pytest

from promptlint.capture import load_bytes
from promptlint.positions import place
from tests.capture.recordings import ANSWER_TEXT, BODY, DATE, RECORDED, TEXT, URL, loaded, loaded_yaml, reasons


def cassette(*bodies: Any, **response: Any) -> dict[str, Any]:
    calls = [{"request": {"method": "post", "uri": URL, "body": body}, "response": response} for body in bodies]
    return {"http_interactions": calls, "recorded_with": "VCR 6.4.0"}


def packed(raw: bytes) -> str:
    return base64.encodebytes(raw).decode()


@pytest.mark.parametrize(
    "body",
    [
        {"encoding": "UTF-8", "string": TEXT},
        {"encoding": "ASCII-8BIT", "string": TEXT.encode()},
        {"encoding": "ASCII-8BIT", "base64_string": packed(TEXT.encode())},
        {"encoding": "", "file": False, "string": TEXT},
        {"base64_string": packed(gzip.compress(TEXT.encode()))},
        {"raw_gzip": packed(zlib.compress(TEXT.encode()))},
        TEXT,
    ],
    ids=["text", "binary", "base64", "file", "gzip", "what R calls gzip", "bare"],
)
def test_bodies_in_every_packing(body: Any) -> None:
    found = loaded_yaml(cassette(body))
    assert (found.format, found.requests[0].body, found.requests[0].dialect) == ("ruby-vcr", BODY, "openai_chat")


def test_the_answer_and_the_time_belong_to_the_request() -> None:
    whole = cassette({"string": TEXT}, body={"encoding": "UTF-8", "string": ANSWER_TEXT}, headers={"Date": [DATE]})
    request = loaded(whole).requests[0]
    assert (request.answer, request.observed_cached_tokens) == (ANSWER_TEXT, 7)
    assert str(request.recorded_at) == RECORDED
    whole["http_interactions"][0]["recorded_at"] = "Tue, 04 Aug 2026 09:00:00 GMT"
    assert str(loaded(whole).requests[0].recorded_at) == "2026-08-04 09:00:00+00:00"


def test_dates_and_numbers_of_yaml_break_nothing() -> None:
    text = f"""
http_interactions:
- request:
    method: POST
    uri: {URL}
    body:
      string: '{json.dumps({"model": "m", "messages": []})}'
  response:
    status: 200
    headers:
      date: 2026-08-04 07:45:31
      age: 12:30
    body: {{string: "{{}}"}}
  recorded_at: 2026-08-04 07:45:32
recorded_with: VCR-vcr/2.1.0
"""
    request = load_bytes("r.yml", text.encode()).requests[0]
    assert str(request.recorded_at) == "2026-08-04 07:45:32"
    found = place(request, "/messages")
    assert (found.line, found.exact) == (7, True)


def test_broken_bodies_do_not_take_the_others_along() -> None:
    bodies: list[Any] = [
        {"string": TEXT[:-1]},
        {"string": "grant_type=refresh_token&x=y"},
        {"string": ""},
        {"base64_string": "!"},
        {"fields": {"a": "b"}},
        {"string": b"\x00\xff\xfe"},
        {"string": "--x\r\nContent-Disposition: form-data"},
        {"string": TEXT[:-1] + ",}"},
        {"string": TEXT},
    ]
    found = loaded_yaml(cassette(*bodies))
    assert [one.container for one in found.requests] == ["/http_interactions/8/request/body/string"]
    assert [one.pointer.split("/")[2] for one in found.skipped] == [str(number) for number in range(8)]
    assert reasons(found)[:3] == [
        f"the body is not readable at character {len(TEXT)}: the JSON ends too early",
        "a form, not JSON",
        "no body",
    ]
    assert reasons(found)[5:7] == ["the body is not UTF-8 text", "a multipart form, not JSON"]
