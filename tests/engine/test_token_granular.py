"""Engines that reuse every token of the common prefix: TensorRT-LLM, TGI."""

from __future__ import annotations

from promptlint.engine.serving import Prediction
from promptlint.engine.token_granular import serve_tensorrt_llm, serve_tgi, serve_transformers
from tests.engine.served import found, ids, pair, predictions, request

LONG = pair(28_950, 30_050, 30_000)


def test_tensorrt_llm_reuses_every_token() -> None:
    assert found(serve_tensorrt_llm, LONG) == [0, 28_950]
    assert found(serve_tensorrt_llm, pair(1000, 1000, 1000)) == [0, 999]
    assert found(serve_tensorrt_llm, pair(1, 1, 1)) == [0, 0]


def test_tensorrt_llm_without_partial_reuse_reuses_blocks() -> None:
    assert found(serve_tensorrt_llm, LONG, partial_reuse=False) == [0, 28_928]
    assert found(serve_tensorrt_llm, LONG, partial_reuse=False, tokens_per_block=64) == [0, 28_928]
    assert predictions(serve_tensorrt_llm, LONG, {"partial-reuse": False})[1].note == "whole blocks of 32 tokens"


def test_among_many_siblings_tensorrt_llm_looks_for_no_partial_match() -> None:
    shared = ids(1, 40)
    many = [request([*shared, *ids(number, 30)]) for number in range(2, 40)]
    reused = found(serve_tensorrt_llm, many)
    assert reused[:32] == [0, *[40] * 31]
    assert set(reused[32:]) == {32}


def test_tgi_never_keeps_an_answer() -> None:
    prompt, answer = ids(1, 30), ids(2, 10)
    assert found(serve_tgi, [request(prompt, answer), request([*prompt, *answer, 7])]) == [0, 30]
    assert found(serve_tgi, LONG) == [0, 28_950]
    assert found(serve_tgi, pair(40, 40, 40)) == [0, 39]


def test_tensorrt_llm_keeps_an_answer_but_for_its_last_token() -> None:
    prompt, answer = ids(1, 30), ids(2, 10)
    assert found(serve_tensorrt_llm, [request(prompt, answer), request([*prompt, *answer, 7])]) == [0, 39]


def test_a_caller_of_transformers_may_hand_the_cache_on_or_not() -> None:
    last = predictions(serve_transformers, LONG, {})[1]
    assert (last.low, last.high) == (0, 28_950)
    assert last.note.startswith("a library and no server")
    assert predictions(serve_transformers, pair(40, 40, 40), {})[1].high == 39


def test_a_prefix_that_is_shorter_than_a_block_is_told_of() -> None:
    found = predictions(serve_tensorrt_llm, pair(31, 60, 60), {"partial-reuse": False})[1]
    assert found == Prediction(0, 0, "shorter than a block of 32 tokens")
