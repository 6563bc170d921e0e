from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import file_text, load
from promptlint.model import Capture, Place
from promptlint.positions import place

BODY = {"model": "m", "messages": [{"role": "user", "content": 'say "hi"\n'}]}
TEXT = json.dumps(BODY)


def loaded(tmp_path: Path, *entries: Any) -> Capture:
    path = tmp_path / "a.har"
    path.write_text(json.dumps({"log": {"entries": list(entries)}}), encoding="utf-8")
    return load(str(path))


def entry(post: Any, *headers: tuple[str, str], **more: Any) -> dict[str, Any]:
    listed = [{"name": name, "value": value} for name, value in headers]
    return {
        "request": {"method": "POST", "url": "http://h/v1/chat/completions", "headers": listed, "postData": post},
        **more,
    }


@pytest.mark.parametrize(
    "one",
    [
        entry({"text": TEXT}),
        entry({"textJSON": BODY}),
        entry({"text": base64.b64encode(TEXT.encode()).decode(), "encoding": "base64"}),
        entry({"text": TEXT, "encoding": "base64"}),
        entry({"text": base64.b64encode(gzip.compress(TEXT.encode())).decode()}, ("Content-Encoding", "gzip")),
    ],
    ids=["text", "parsed", "base64", "not base64 after all", "gzip"],
)
def test_bodies_in_every_packing(one: dict[str, Any], tmp_path: Path) -> None:
    assert loaded(tmp_path, one).requests[0].body == BODY


def test_places_go_through_the_escapes_of_the_text(tmp_path: Path) -> None:
    request = loaded(tmp_path, entry({"text": TEXT})).requests[0]
    raw = (tmp_path / "a.har").read_text(encoding="utf-8")
    found = place(request, "/messages/0/content", len('say "'))
    assert found == Place(request.path, "/messages/0/content", 1, raw.index('hi\\\\\\"') + 1)


def test_a_packed_body_is_placed_where_its_text_starts(tmp_path: Path) -> None:
    post = {"encoding": "base64", "text": base64.b64encode(TEXT.encode()).decode()}
    request = loaded(tmp_path, entry(post)).requests[0]
    raw = (tmp_path / "a.har").read_text(encoding="utf-8")
    assert place(request, "/messages/0").column == raw.index(post["text"])
    assert not place(request, "/messages/0").exact


def test_one_bad_entry_does_not_lose_the_others(tmp_path: Path) -> None:
    bad = [
        7,
        {"request": []},
        entry(None),
        entry({"text": "a=1&b=2"}),
        entry({"text": '{"messages": ['}),
        entry({"text": "[]"}),
    ]
    bad += [entry({"text": "--x\r\nContent-Disposition: form-data"}), entry({"text": '{"model": "m"}'})]
    found = loaded(tmp_path, *bad, entry({"text": TEXT}))
    assert [one.container for one in found.requests] == ["/log/entries/8/request/postData/text"]
    assert [one.reason for one in found.skipped] == [
        "an entry without a request",
        "an entry without a request",
        "no body",
        "a form, not JSON",
        "the body is not readable at character 15: the JSON ends too early",
        "the body is no object",
        "a multipart form, not JSON",
        "/messages should be a list, not null",
    ]


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ({"text": '{"usage": {"cache_read_input_tokens": 7}}'}, 7),
        ({"text": '{"usage": {"prompt_cache_hit_tokens": 8}}'}, 8),
        ({"text": '{"usage": {"input_tokens_details": {"cached_tokens": 0}}}'}, 0),
        ({"text": base64.b64encode(b'{"usage": {"cache_read_input_tokens": 9}}').decode(), "encoding": "base64"}, 9),
        ({"text": 'data: {"usage": {"cache_read_input_tokens": 7}}\n\n'}, 7),
        ({"text": '{"usage": {"cache_read_input_tokens": "7", "prompt_tokens_details": null}}'}, None),
        ({"text": '{"usage": ["cache"]}'}, None),
        ({"text": None}, None),
        ([], None),
    ],
)
def test_cached_tokens_of_the_answer(content: Any, count: int | None, tmp_path: Path) -> None:
    one = entry({"text": TEXT}, response={"content": content}, startedDateTime="not a time")
    request = loaded(tmp_path, one).requests[0]
    assert (request.observed_cached_tokens, request.recorded_at) == (count, None)


def test_a_log_without_requests_is_no_error(tmp_path: Path) -> None:
    assert loaded(tmp_path).requests == ()


def test_packed_bodies_share_what_they_may_unpack_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"messages": [{"role": "user", "content": "a" * 300_000}]}).encode()
    packed = base64.b64encode(gzip.compress(body)).decode()
    monkeypatch.setattr(file_text, "MOST_UNPACKED", 1_000_000)
    found = loaded(tmp_path, *(entry({"text": packed, "encoding": "base64"}) for _ in range(5)))
    assert (len(found.requests), len(found.skipped)) == (3, 2)
    assert "unpacks to more than" in found.skipped[0].reason
    monkeypatch.setattr(file_text, "MOST_VALUES", 8)
    small = base64.b64encode(b'{"messages": [{"role": "user"}]}').decode()
    found = loaded(tmp_path, *(entry({"text": small, "encoding": "base64"}) for _ in range(3)))
    assert [one.reason for one in found.skipped] == ["the body has too many values, with those before it"]
