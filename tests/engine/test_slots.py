"""What a llama.cpp server's slots keep, request after request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.common_prefix import common_prefix
from promptlint.engine.slots import Served, Slots

Call = tuple[Sequence[int], Sequence[int]]  # the prompt, and what was generated


def ids(start: int, count: int) -> list[int]:
    """Tokens that no other start has."""
    return [start * 1000 + number for number in range(count)]


def served(count: int, *calls: Call | Sequence[int]) -> list[tuple[int, int | None]]:
    """What each call found: the tokens that were kept, and whose slot it took."""
    found = []
    slots = Slots(count)
    for number, call in enumerate(calls):
        prompt, generated = call if isinstance(call, tuple) else (call, ())
        slots, one = slots.serve(number, prompt, generated)
        found.append((one.kept, one.overwritten))
    return found


A, B = ids(1, 100), ids(2, 20)


def test_the_first_request_finds_nothing() -> None:
    assert served(1, A) == served(4, A) == [(0, None)]


def test_one_token_is_always_computed() -> None:
    assert served(1, A, A) == [(0, None), (99, 0)]
    assert served(1, A, A[:40]) == [(0, None), (39, 0)]
    assert served(1, A, [*A, 7]) == [(0, None), (100, 0)]


def test_what_was_generated_is_kept() -> None:
    longer = [*A, 1, 2, 3, 4, 5]
    assert served(1, (A, [1, 2, 3]), longer) == [(0, None), (103, 0)]
    assert served(1, (A, [1]), longer) == [(0, None), (101, 0)]
    assert served(1, (A, [1, 2, 3, 4, 5, 6]), longer) == [(0, None), (104, 0)]


def test_with_one_slot_another_request_takes_everything() -> None:
    assert served(1, A, B, [*A, 7]) == [(0, None), (0, 0), (0, 1)]


def test_with_one_slot_even_a_tenth_is_kept() -> None:
    assert served(1, A, [*A[:3], *B], [*A, 7]) == [(0, None), (3, 0), (3, 1)]


def test_a_second_slot_keeps_both_apart() -> None:
    assert served(2, A, B, [*A, 7], [*B, 7]) == [(0, None), (0, None), (100, 0), (20, 1)]


@pytest.mark.parametrize(("common", "found"), [(9, (0, None)), (10, (0, None)), (11, (11, 0))])
def test_a_slot_fits_that_has_more_than_a_tenth_of_the_request(common: int, found: tuple[int, int | None]) -> None:
    prompt = [*A[:common], *ids(3, 100 - common)]
    assert served(2, A, prompt)[1] == found


@given(tenth=st.integers(1, 400))
def test_a_tenth_is_a_tenth_whatever_the_length(tenth: int) -> None:
    first = ids(1, 500)
    prompt = [*first[:tenth], *(-number for number in range(1, 9 * tenth + 1))]
    assert served(2, first, prompt)[1] == (0, None)
    assert served(2, first, prompt[:-1])[1] == (tenth, 0)


def test_a_side_request_with_the_same_beginning_is_taken_onto_the_slot() -> None:
    # More slots do not help: the tail of the conversation is overwritten although others are empty.
    side = [*A[:50], *ids(4, 10)]
    assert served(4, A, side, [*A, 7]) == [(0, None), (50, 0), (50, 1)]


def test_the_slot_with_the_most_in_common_is_taken() -> None:
    near, far = [*A[:60], *ids(3, 40)], [*A[:5], *ids(4, 95)]
    assert served(3, far, near, [*A[:60], 5])[2] == (60, 1)
    assert served(3, near, far, [*A[:60], 5])[2] == (60, 0)


def test_where_none_fits_the_slot_that_rested_longest_is_overwritten() -> None:
    third, fourth = ids(3, 20), ids(4, 20)
    assert served(2, A, B, third, fourth) == [(0, None), (0, None), (0, 0), (0, 1)]
    # A request that is continued has not rested.
    assert served(2, A, B, [*A, 7], third) == [(0, None), (0, None), (100, 0), (0, 1)]


def test_an_empty_prompt_keeps_nothing() -> None:
    assert served(1, [], A, []) == [(0, None), (0, 0), (0, 1)]
    assert served(2, A, []) == [(0, None), (0, None)]


def test_a_state_is_never_changed() -> None:
    first, _ = Slots(1).serve(0, A)
    second, _ = first.serve(1, B)
    assert first.serve(2, A)[1] == Served(99, 0)
    assert second.serve(2, A)[1] == Served(0, 1)


PROMPTS = st.lists(st.integers(0, 2), max_size=12)


@given(count=st.integers(1, 4), calls=st.lists(st.tuples(PROMPTS, PROMPTS), max_size=12))
def test_no_slot_gives_back_what_nobody_left_in_it(count: int, calls: list[Call]) -> None:
    held: dict[int, list[int]] = {}
    for number, ((prompt, generated), (kept, overwritten)) in enumerate(zip(calls, served(count, *calls), strict=True)):
        left = [] if overwritten is None else held.pop(overwritten)
        assert kept == min(common_prefix(left, prompt), max(0, len(prompt) - 1))
        assert overwritten is not None or len(held) < count
        held[number] = [*prompt, *generated]
        assert len(held) <= count


def test_the_numbers_of_requests_are_the_callers() -> None:
    def numbers(found: Iterable[Served]) -> list[int | None]:
        return [one.overwritten for one in found]

    slots, first = Slots(1).serve(42, A)
    _, second = slots.serve(7, A)
    assert numbers((first, second)) == [None, 42]
