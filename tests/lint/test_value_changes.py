from __future__ import annotations

from typing import Any

import pytest

from promptlint.lint.value_changes import changes, reordered


def found(old: Any, new: Any) -> list[tuple[str, str, str, str]]:
    return [(one.before.pointer, one.after.pointer, one.old, one.new) for one in changes(old, new, "/b", "/a")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"x": 1, "y": 2}, {"y": 2, "x": 1}, []),
        ({"x": 1, "cache_control": {}}, {"x": 1}, []),
        ({"x": 1}, {"x": 2, "cache_control": {}}, [("/b/x", "/a/x", "1", "2")]),
        ({"x": 1}, {"x": 2}, [("/b/x", "/a/x", "1", "2")]),
        ({"x": 1}, {"x": True}, [("/b/x", "/a/x", "1", "true")]),
        ({"x": 1}, {"x": 1, "y/z": 2}, [("/b", "/a/y~1z", "", "y/z")]),
        ({"x": 1, "y": 2}, {"x": 1}, [("/b/y", "/a", "y", "")]),
        ({"x": [1, 2]}, {"x": [2, 1]}, [("/b/x/0", "/a/x/0", "1", "2")]),
        ({"x": ["p"]}, {"x": ["p", "q"]}, [("/b/x", "/a/x/1", "", "q")]),
        ({"x": ["p", "q"]}, {"x": ["q"]}, [("/b/x/0", "/a/x", "p", "")]),
        ("in the old town", "in the new town", [("/b", "/a", "old", "new")]),
        ("text", {"x": 1}, [("/b", "/a", "text", '{"x": 1}')]),
    ],
)
def test_changes(old: Any, new: Any, expected: list[tuple[str, str, str, str]]) -> None:
    assert found(old, new) == expected


def test_the_order_is_that_of_the_later_value() -> None:
    assert [one[1] for one in found({"x": 1, "y": 1}, {"y": 2, "x": 2})] == ["/a/y", "/a/x"]


def test_a_text_is_changed_at_an_offset() -> None:
    (change,) = changes("in the old town", "in the new town", "/b", "/a")
    assert (change.before, change.after) == (("/b", 7, 3), ("/a", 7, 3))


def test_reordered() -> None:
    old = {"p": {"x": 1, "y": 2}, "q": [{"m": 1, "n": 2}], "cache_control": {}}
    new = {"cache_control": {}, "p": {"y": 2, "x": 1}, "q": [{"n": 2, "m": 1}]}
    assert list(reordered(old, new, "/b", "/a")) == [("/b/p", "/a/p", "y"), ("/b/q/0", "/a/q/0", "n")]
    assert list(reordered(old, old, "/b", "/a")) == []


def test_what_is_told_of_a_change() -> None:
    (order,) = changes({"x": ["p", 2]}, {"x": [2, "p"]}, "/b", "/a")
    assert (order.reordered, order.quoted) == (True, (True, False))
    (value,) = changes({"x": False}, {"x": "no"}, "/b", "/a")
    assert (value.reordered, value.quoted) == (False, (False, True))
    (item,) = changes({"x": [1]}, {"x": [1, 2]}, "/b", "/a")
    assert (item.reordered, item.quoted) == (False, (True, False))
    assert [one.reordered for one in changes([1, 1, 2], [1, 2, 2], "/b", "/a")] == [False]
