from __future__ import annotations

from typing import Any

from promptlint.answer.usage import cached_tokens


def test_an_answer_without_a_count() -> None:
    deep = "[" * 100_000 + '"usage" cache'
    others: list[Any] = [b"\xff", '"usage" cache', deep, {"usage": {}}, 7, None]
    for nothing in others:
        assert cached_tokens(nothing) is None
    assert cached_tokens({"usage": {"cache_read_input_tokens": True}}) is None


def test_the_first_counter_of_several() -> None:
    assert cached_tokens({"usage": {"prompt_tokens_details": {"cached_tokens": 4}, "prompt_cache_hit_tokens": 9}}) == 4
