"""The common prefix by bisection equals the one by a loop; lost tokens forgive the generation prompt."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.common_prefix import common_prefix
from promptlint.comparison.prefix import PrefixResult


def by_loop(left: str, right: str) -> int:
    count = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        count += 1
    return count


@given(st.text(alphabet="ab"), st.text(alphabet="ab"), st.text(alphabet="ab", max_size=50))
def test_equals_the_loop(left: str, right: str, shared: str) -> None:
    left, right = shared + left, shared + right
    assert common_prefix(left, right) == by_loop(left, right)
    numbers = [array("I", map(ord, text)) for text in (left, right)]
    assert common_prefix(*numbers) == by_loop(left, right)


@pytest.mark.parametrize(
    ("before", "after", "common", "tail", "lost", "status"),
    [
        (100, 150, 100, 3, 0, "extension"),
        (100, 150, 97, 3, 0, "extension"),  # only the generation prompt was replaced
        (100, 150, 96, 3, 1, "broken"),
        (100, 100, 100, 3, 0, "identical"),
        (100, 90, 90, 3, 7, "broken"),  # truncated
        (100, 98, 98, 3, 0, "extension"),
        (5, 5, 0, 0, 5, "broken"),
    ],
)
def test_lost_tokens_and_status(before: int, after: int, common: int, tail: int, lost: int, status: str) -> None:
    result = PrefixResult(before, after, common, tail)
    assert (result.lost, result.status) == (lost, status)
