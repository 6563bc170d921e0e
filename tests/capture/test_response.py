from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import Any

import pytest

from promptlint.capture.file_text import Unpacking
from promptlint.capture.response import decoded, header, instant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-04T07:45:31Z", datetime(2026, 8, 4, 7, 45, 31, tzinfo=UTC)),
        ("Tue, 04 Aug 2026 07:45:31 GMT", datetime(2026, 8, 4, 7, 45, 31, tzinfo=UTC)),
        ("2026-08-04T07:45:31", datetime(2026, 8, 4, 7, 45, 31)),
        ("Tue, 99 Aug 2026 07:45:31 GMT", None),
        ("yesterday", None),
        ("", None),
        (1785829531, None),
        (None, None),
    ],
)
def test_instants(text: Any, expected: datetime | None) -> None:
    assert instant(text) == expected


def test_headers_in_every_spelling() -> None:
    assert header({"DATE": ["a", "b"]}, "date") == "a"
    assert header({"date": "a"}, "date") == "a"
    assert header([{"name": "Date", "value": "a"}, 7, {"value": "x"}], "date") == "a"
    others: list[Any] = [{}, {"date": []}, {7: "x"}, "date: x", None]
    for nothing in others:
        assert header(nothing, "date") is None


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (gzip.compress("schön".encode(), mtime=0), "schön"),
        (gzip.compress(b"cut off", mtime=0)[:-9], None),
        (b"\xff\xfe", b"\xff\xfe"),
        ({"a": 1}, {"a": 1}),
    ],
    ids=["compressed", "cut off", "no text", "parsed already"],
)
def test_answers_as_they_were_recorded(answer: Any, found: Any) -> None:
    assert decoded(answer, Unpacking()) == found
