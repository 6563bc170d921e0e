from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from tests.capture.recordings import ANSWER_TEXT, BODY, TEXT, URL, loaded, loaded_yaml

ZIPPED = gzip.compress(ANSWER_TEXT.encode())
CHUNKS = json.dumps([base64.b64encode(part).decode() for part in (ZIPPED[:33], ZIPPED[33:])])


def recording(post: Any, content: Any = None, **log: Any) -> dict[str, Any]:
    request = {"method": "POST", "url": URL, "headers": [], "postData": post}
    entry = {"_id": "1", "request": request, "response": {"content": content or {}}, "startedDateTime": "2026-08-04"}
    return {"log": {"_recordingName": "chat", "entries": [entry], **log}}


def test_polly_has_a_name_of_its_own_and_other_har_keeps_its() -> None:
    whole = recording({"text": TEXT})
    assert {loaded(whole).format, loaded_yaml(whole).format} == {"polly"}
    assert loaded(recording({"text": TEXT}, creator={"name": "Polly.JS"})).format == "polly"
    del whole["log"]["_recordingName"]
    assert {loaded(whole).format, loaded_yaml(whole).format} == {"har"}


@pytest.mark.parametrize("post", [{"text": TEXT}, {"textJSON": BODY}], ids=["text", "parsed"])
def test_parsed_bodies_have_lost_their_key_order(post: Any) -> None:
    for found in (loaded(recording(post)), loaded_yaml(recording(post))):
        assert (found.requests[0].body, found.requests[0].key_order_kept) == (BODY, "text" in post)


@pytest.mark.parametrize(
    "content",
    [
        {"encoding": "base64", "text": CHUNKS},
        {"_isBinary": True, "text": CHUNKS},
        {"text": ANSWER_TEXT},
        {"encoding": "base64", "text": base64.b64encode(ZIPPED).decode()},
    ],
    ids=["chunks", "called binary", "text", "in one"],
)
def test_answers_in_every_packing(content: Any) -> None:
    request = loaded(recording({"text": TEXT}, content)).requests[0]
    assert (request.answer, request.observed_cached_tokens) == (ANSWER_TEXT, 7)


def test_a_list_that_is_no_list_of_chunks_stays_text() -> None:
    for text in ('["a b"]', '["YQ==", 7]', '["YQ==",'):
        assert loaded(recording({"text": TEXT}, {"text": text})).requests[0].answer == text
