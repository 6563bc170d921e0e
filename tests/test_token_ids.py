"""Ids kept in segments count and compare as one list does, and are put together only when somebody looks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from promptlint.common_prefix import common_prefix
from promptlint.token_ids import GivenIds, TokenIds, common_tokens

SEGMENTS = st.lists(st.lists(st.integers(0, 2), max_size=4), max_size=6)


def ids(segments: list[list[int]]) -> TokenIds:
    return TokenIds(map(GivenIds, segments))


def flat(segments: list[list[int]]) -> list[int]:
    return [one for segment in segments for one in segment]


@given(left=SEGMENTS, right=SEGMENTS)
def test_the_common_prefix_is_that_of_the_lists(left: list[list[int]], right: list[list[int]]) -> None:
    expected = common_prefix(flat(left), flat(right))
    assert common_tokens(ids(left), ids(right)) == expected
    assert common_tokens(ids(left), flat(right)) == expected


@given(segments=SEGMENTS)
def test_it_is_the_list(segments: list[list[int]]) -> None:
    one = ids(segments)
    assert (len(one), list(one), one[1:], repr(one)) == (
        len(flat(segments)),
        flat(segments),
        flat(segments)[1:],
        repr(flat(segments)),
    )
    assert one == flat(segments)
    assert flat(segments) == one
    assert hash(one) == hash(ids([flat(segments)]))
    assert one != 5


def test_equal_segments_are_not_looked_into() -> None:
    class Counted:
        count, digest = 3, b"the same"

        @property
        def ids(self) -> list[int]:
            raise AssertionError("nobody has to know them")

        def common(self, _: object) -> int:
            raise AssertionError("they are the same")

    assert TokenIds([Counted(), GivenIds([1])]).common(TokenIds([Counted(), GivenIds([1, 2])])) == 4
