from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import InputError
from tests.capture.calls import BODY, loaded, text_at

FLAT: dict[str, Any] = {
    "request_id": "r1",
    "request_created_at": "2026-08-04T07:45:31Z",
    "request_path": "https://h/v1/chat/completions",
    "request_body": BODY,
    "response_body": {"usage": {"prompt_tokens_details": {"cached_tokens": 5}}},
    "request_properties": {"helicone-session-id": "s1"},
}


def test_a_flat_record(tmp_path: Path) -> None:
    request = loaded(tmp_path, FLAT).requests[0]
    assert (request.body, request.session, request.observed_cached_tokens) == (BODY, "s1", 5)
    assert request.recorded_at == datetime(2026, 8, 4, 7, 45, 31, tzinfo=UTC)
    assert text_at(request, "/messages/1/content", 5).startswith("hi")


@pytest.mark.parametrize(("count", "cached"), [(8, 8), (0, 5), ("8", 5)])
def test_its_own_count_goes_before_the_answers_unless_it_is_none(count: Any, cached: int, tmp_path: Path) -> None:
    assert loaded(tmp_path, {**FLAT, "prompt_cache_read_tokens": count}).requests[0].observed_cached_tokens == cached


@pytest.mark.parametrize("wrap", [lambda one: [one], lambda one: {"data": [one], "error": None}])
def test_nested_records_in_a_list(wrap: Any, tmp_path: Path) -> None:
    nested = {
        "request": {"body": BODY, "path": "/v1/chat/completions", "properties": {"Helicone-Session-Id": "s2"}},
        "response": {"body": {}},
    }
    found = loaded(tmp_path, wrap(nested))
    assert [(one.body, one.session) for one in found.requests] == [(BODY, "s2")]


def test_bodies_that_are_elsewhere_or_not_there_are_skipped(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        FLAT,
        {"request_id": "r2", "signed_body_url": "https://h/x"},
        {**FLAT, "request_body": None},
        {**FLAT, "request_body": {"input": "x"}, "request_path": "https://h/v1/embeddings"},
        {**FLAT, "request_body": "no JSON"},
    )
    assert len(found.requests) == 1
    assert [one.reason for one in found.skipped] == [
        "the body is not in the export: it lies behind a signed URL",
        "no body",
        'an embedding: "/v1/embeddings"',
        "the body is not readable at character 1: no valid JSON: expecting value",
    ]


def test_a_body_under_that_name_alone_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no capture format"):
        loaded(tmp_path, {"request_body": BODY})


def test_what_stands_among_the_records_and_is_none_is_skipped(tmp_path: Path) -> None:
    found = loaded(tmp_path, [FLAT, 7, {"id": "r2"}])
    assert len(found.requests) == 1
    assert [(one.pointer, one.reason) for one in found.skipped] == [
        ("/1", "a record without a request"),
        ("/2", "a record without a request"),
    ]
