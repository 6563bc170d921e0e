"""Copies of slots in host memory."""

from __future__ import annotations

from promptlint.engine.llama_cpp import Whole
from promptlint.engine.ram_cache import Kept, better, fitting, saved
from tests.engine.served import ids


def kept(*tokens: int) -> Kept:
    return Kept(tokens, Whole(len(tokens)))


ONE, OTHER = kept(*ids(1, 100)), kept(*ids(2, 100))


def test_a_copy_that_begins_another_is_not_kept() -> None:
    shorter = kept(*ONE.tokens[:50])
    assert saved((ONE,), shorter) == (ONE,)
    assert saved((shorter, OTHER), ONE) == (OTHER, ONE)
    assert saved((ONE,), kept()) == (ONE,)


def test_a_copy_must_be_better_in_both_respects() -> None:
    prompt = (*ONE.tokens[:60], 7)
    assert better((ONE, OTHER), OTHER, prompt) is ONE
    # The slot keeps 60 of its 70 tokens, the copy 60 of 100; of the request both have as much.
    assert better((ONE,), kept(*ONE.tokens[:60], *ids(3, 10)), prompt) is None
    assert better((ONE,), kept(), prompt) is ONE


def test_a_large_copy_is_not_cut_down_for_a_short_request() -> None:
    assert better((ONE,), OTHER, (*ONE.tokens[:24], 7)) is None
    assert better((ONE,), OTHER, (*ONE.tokens[:25], 7)) is ONE


def test_the_oldest_copies_go_where_there_is_no_room() -> None:
    third = kept(*ids(3, 100))
    assert fitting((ONE, OTHER, third), None) == (ONE, OTHER, third)
    assert fitting((ONE, OTHER, third), 200) == (OTHER, third)
    assert fitting((ONE, OTHER, third), 10) == (third,)
