from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from promptlint.capture.response import header, instant


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
