"""Sequences that an engine has stored, none of which begins another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from promptlint.common_prefix import common_prefix
from promptlint.engine.stored import Stored, longest, stored_with

SEQUENCES = st.lists(st.lists(st.integers(0, 2), max_size=6).map(tuple), max_size=8)


def test_a_longer_sequence_takes_the_place_of_its_beginning() -> None:
    assert stored_with(((1, 2), (3,)), (1, 2, 4)) == ((3,), (1, 2, 4))
    assert stored_with(((1, 2, 4),), (1, 2)) == ((1, 2, 4),)


@given(sequences=SEQUENCES, prompt=st.lists(st.integers(0, 2), max_size=6))
def test_nothing_is_forgotten(sequences: list[tuple[int, ...]], prompt: list[int]) -> None:
    stored: Stored = ()
    for sequence in sequences:
        stored = stored_with(stored, sequence)
    assert longest(stored, tuple(prompt)) == max((common_prefix(one, tuple(prompt)) for one in sequences), default=0)
