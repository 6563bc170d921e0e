from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.capture.calls import loaded, text_at

BODY = {"model": "claude-x", "system": "Be brief.", "messages": [{"role": "user", "content": "hi"}]}


def pair(**changes: Any) -> dict[str, Any]:
    request = {
        "timestamp": 1.5,
        "method": "POST",
        "url": "https://h/v1/messages?beta=true",
        "headers": {},
        "body": BODY,
    }
    return {"request": request | changes, "response": None, "logged_at": "2026-08-04T07:45:32Z"}


def test_each_pair_is_a_request(tmp_path: Path) -> None:
    answered = pair() | {"response": {"body": {"usage": {"cache_read_input_tokens": 7}}}}
    streamed = pair() | {"response": {"body_raw": "event: ping\n\n", "body": None}}
    first, second, orphan = loaded(tmp_path, answered, streamed, pair()).requests
    assert [one.body for one in (first, second, orphan)] == [BODY] * 3
    assert (first.observed_cached_tokens, second.answer, orphan.answer) == (7, "event: ping\n\n", None)
    assert (first.dialect, first.container, first.format) == ("anthropic", "0/request/body", "claude-trace")
    assert first.recorded_at == datetime(1970, 1, 1, 0, 0, 1, 500_000, UTC)
    assert text_at(second, "/messages/0/content").startswith('"hi"')


def test_other_endpoints_and_broken_pairs_are_skipped(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        pair(),
        pair(url="https://h/v1/messages/count_tokens"),
        pair(method="GET", body=None),
        pair(timestamp=1e300, url=[], method=7, body="{"),
        {"request": None, "response": None, "logged_at": ""},
    )
    assert len(found.requests) == 1
    assert [one.reason for one in found.skipped] == [
        'a token count: "/v1/messages/count_tokens"',
        "GET has no body",
        "the body is not readable at character 2: the JSON ends too early",
        "a pair without a request",
    ]
