from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.lint.hunks import Hunk, hunks


def replaced(before: str, after: str) -> list[tuple[str, str]]:
    return [
        (before[one.before_start : one.before_end], after[one.after_start : one.after_end])
        for one in hunks(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("same", "same", []),
        ("at 09:14:07 sharp", "at 09:14:31 sharp", [("07", "31")]),
        ("at 09:14:07 sharp", "at 10:15:31 sharp", [("09:14:07", "10:15:31")]),
        ("one\ntwo\nthree\n", "one\nthree\n", [("two\n", "")]),
        ("one\nthree\n", "one\ntwo\nthree\n", [("", "two\n")]),
        ("a: 1\nb: 2\nc: 3\n", "a: 9\nb: 2\nc: 8\n", [("1", "9"), ("3", "8")]),
        ("", "new", [("", "new")]),
        ("text", "text\n", [("", "\n")]),
        ("alpha beta", "gamma delta", [("alpha beta", "gamma delta")]),
    ],
)
def test_what_was_replaced(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    assert replaced(before, after) == expected


def test_a_hunk_elsewhere() -> None:
    assert Hunk(1, 2, 3, 4).moved(10, 20) == Hunk(11, 12, 23, 24)


@given(st.text(st.sampled_from("ab :\n1"), max_size=40), st.text(st.sampled_from("ab :\n1"), max_size=40))
def test_what_lies_between_the_hunks_is_equal(before: str, after: str) -> None:
    at_before = at_after = 0
    for one in hunks(before, after):
        assert before[at_before : one.before_start] == after[at_after : one.after_start]
        at_before, at_after = one.before_end, one.after_end
    assert before[at_before:] == after[at_after:]


def test_large_texts_take_no_time() -> None:
    before = "".join(f"line {number} of many\n" for number in range(20_000))
    after = "".join(f"line {number} of some\n" for number in range(20_000))
    (hunk,) = hunks(before, after)
    assert hunk.before_end <= len(before)
