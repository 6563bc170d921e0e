"""`--cache-reuse`: text behind a deletion is moved to where it belongs."""

from __future__ import annotations

import pytest

from promptlint.common_prefix import common_prefix
from promptlint.engine.llama_cpp import serve
from promptlint.engine.shifting import with_shifted
from tests.engine.served import found, ids, request

TEXT = ids(1, 400)


def shifted(cached: list[int], prompt: list[int], least: int = 32) -> int:
    return with_shifted(cached, prompt, common_prefix(cached, prompt), least)


def test_what_follows_a_deletion_is_reused() -> None:
    shorter = [*TEXT[:100], *TEXT[150:]]
    assert found(serve, [request(TEXT), request(shorter)], cache_reuse=32) == [0, 349]
    assert found(serve, [request(TEXT), request(shorter)]) == [0, 100]


@pytest.mark.parametrize("kept", [100, 150])
def test_what_follows_an_insertion_or_a_replacement_is_not(kept: int) -> None:
    longer = [*TEXT[:100], *ids(2, 50), *TEXT[kept:]]
    assert found(serve, [request(TEXT), request(longer)], cache_reuse=32) == [0, 100]


def test_several_deletions_are_several_moves() -> None:
    assert shifted(TEXT, [*TEXT[:50], *TEXT[60:200], *TEXT[250:300], 7]) == 50 + 140 + 50


def test_a_piece_must_be_long_enough() -> None:
    assert shifted(TEXT, [*TEXT[:50], *TEXT[60:91], 7]) == 50
    assert shifted(TEXT, [*TEXT[:50], *TEXT[60:92], 7]) == 82
    assert shifted(TEXT, [*TEXT[:50], *TEXT[380:]]) == 50


def test_a_piece_that_stands_several_times_is_taken_where_it_stands_first() -> None:
    piece = ids(3, 40)
    assert shifted([1, *piece, 2, *piece, 5], [*piece, 5]) == 40


def test_only_layers_that_keep_everything_can_be_shifted() -> None:
    shorter = [*TEXT[:100], *TEXT[150:]]
    assert found(serve, [request(TEXT), request(shorter)], cache_reuse=32, memory="recurrent") == [0, 0]
    whole = {"memory": "window", "swa_full": True, "cache_reuse": 32}
    assert found(serve, [request(TEXT), request(shorter)], **whole) == [0, 349]
