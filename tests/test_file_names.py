"""What names say: order, series, sides."""

from __future__ import annotations

import pytest

from promptlint.file_names import Side, natural, series, side


def test_natural_order() -> None:
    expected = ["a.json", "A1.json", "a02", "a2", "a10", "a10.5", "a" + "9" * 5000, "b", "a/1", "a/x.json", "a1/0"]
    assert sorted(sorted(expected), key=natural) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("turn-12.json", (".", "turn-")),
        ("a\\turn12.yaml.gz", ("a", "turn")),
        ("a/x_20260404_203455_857461.json", ("a", "x_")),
        ("a/20260404_203455_328112_20260404_203455_857461.json", ("a", "20260404_203455_328112_")),
        ("gpt-4.1.json", (".", "gpt-4.")),
        ("gpt-4.1-mini.json", None),
        ("1-turn.json", None),
        ("turn.json", None),
    ],
)
def test_series(path: str, expected: tuple[str, str] | None) -> None:
    assert series(path) == expected


def test_side() -> None:
    assert side("a/x.before.json") == Side(("a", "x."), "before")
    assert side("after.ndjson") == Side((".", ""), "after")
    assert side("thereafter.json") is None
