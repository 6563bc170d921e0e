"""Engines that reuse whole blocks: vLLM, SGLang, LMCache."""

from __future__ import annotations

import pytest

from promptlint.engine.block_floor import floored, serve_lmcache, serve_sglang, serve_vllm
from promptlint.engine.serving import Prediction
from tests.engine.served import found, ids, named, pair, predictions, request

LONG = pair(28_950, 30_050, 30_000)


@pytest.mark.parametrize(
    ("block", "reused"), [(16, 28_944), (64, 28_928), (256, 28_928), (528, 28_512), (1920, 28_800)]
)
def test_vllm_reuses_whole_blocks(block: int, reused: int) -> None:
    assert found(serve_vllm, LONG, block_size=block) == [0, reused]


def test_vllm_computes_a_block_more_with_eagle() -> None:
    assert found(serve_vllm, LONG, eagle=True) == [0, 28_928]
    assert found(serve_vllm, pair(16, 20, 20), eagle=True) == [0, 0]


def test_vllm_computes_one_token_at_least_and_so_its_whole_block() -> None:
    # 1008 is 63 blocks: sent again, the last block is computed for the sake of one token.
    assert found(serve_vllm, pair(1008, 1008, 1008)) == [0, 992]
    assert found(serve_vllm, pair(1000, 1000, 1000)) == [0, 992]
    assert found(serve_vllm, pair(1000, 1000, 1000), block_size=64) == [0, 960]
    assert found(serve_vllm, pair(1008, 1009, 1008)) == [0, 1008]
    assert found(serve_vllm, pair(1, 1, 1), block_size=1) == [0, 0]


def test_a_prompt_that_is_a_beginning_of_the_last_is_reused_but_for_its_last_block() -> None:
    assert found(serve_vllm, pair(64, 64, 200)) == [0, 48]


def test_a_block_longer_than_the_prompt_swallows_it() -> None:
    assert predictions(serve_vllm, pair(1500, 1500, 1500), {"block-size": 1920})[1] == Prediction(
        0, 0, "shorter than a block of 1920 tokens"
    )


def test_vllm_keeps_what_it_generated_but_for_the_last_token() -> None:
    prompt, answer = ids(1, 30), ids(2, 18)
    assert found(serve_vllm, [request(prompt, answer), request([*prompt, *answer, 7])]) == [0, 32]
    assert found(serve_vllm, [request(prompt, [*answer, 9]), request([*prompt, *answer, 7])]) == [0, 48]


def test_vllm_spreads_a_block_over_devices() -> None:
    assert found(serve_vllm, LONG, decode_context_parallel_size=4) == [0, 28_928]


def test_of_a_hybrid_only_a_range_is_known() -> None:
    last = predictions(serve_vllm, LONG, named(block_size=16, mamba_block_size=528))[1]
    assert last == Prediction(0, 28_512, "a hybrid reuses only where it kept a checkpoint")
    assert predictions(serve_vllm, pair(500, 600, 600), named(mamba_block_size=528))[1].high == 0


def test_nothing_in_common_is_nothing_reused() -> None:
    assert found(serve_vllm, pair(0, 100, 100)) == [0, 0]
    assert predictions(serve_vllm, pair(0, 100, 100), {})[1].note == ""


@pytest.mark.parametrize(("page", "eagle", "reused"), [(1, False, 28_950), (1, True, 28_949), (64, False, 28_928)])
def test_sglang_reuses_whole_pages(page: int, eagle: bool, reused: int) -> None:
    assert found(serve_sglang, LONG, page_size=page, eagle=eagle) == [0, reused]


def test_sglang_computes_one_token_at_least() -> None:
    assert found(serve_sglang, pair(1000, 1000, 1000)) == [0, 999]
    assert found(serve_sglang, pair(1000, 1000, 1000), page_size=64) == [0, 960]
    assert found(serve_sglang, pair(1, 1, 1)) == [0, 0]
    assert found(serve_sglang, pair(1, 1, 1), eagle=True) == [0, 0]


def test_sglang_keeps_whole_pages_of_what_came_before() -> None:
    assert found(serve_sglang, pair(30, 200, 30), page_size=64) == [0, 0]
    assert found(serve_sglang, pair(100, 200, 100), page_size=64) == [0, 64]


def test_lmcache_keeps_whole_chunks() -> None:
    assert found(serve_lmcache, LONG) == [0, 28_928]
    assert found(serve_lmcache, pair(512, 512, 512)) == [0, 511]
    assert found(serve_lmcache, pair(255, 300, 300)) == [0, 0]
    assert found(serve_lmcache, LONG, block_size=16) == [0, 28_944]
    assert found(serve_lmcache, LONG, chunk_size=1000) == [0, 28_000]


def test_an_earlier_request_is_still_there() -> None:
    one, other = ids(1, 100), ids(2, 100)
    requests = [request(one), request(other), request([*one, 7]), request([*other, 7])]
    for serve in (serve_vllm, serve_lmcache):
        assert found(serve, requests, block_size=16)[2:] == [96, 96]
    assert found(serve_sglang, requests)[2:] == [100, 100]


def test_no_tokens_have_no_blocks() -> None:
    assert floored(-1, 16) == floored(0, 16) == 0
    assert found(serve_vllm, [request([]), request([])]) == [0, 0]
    assert found(serve_sglang, [request([]), request([])], eagle=True) == [0, 0]
    assert found(serve_lmcache, [request([]), request([])]) == [0, 0]


def test_a_block_that_is_whole_may_be_computed_for_speculative_decoding() -> None:
    note = predictions(serve_vllm, pair(20, 60, 60), {"eagle": True})[1].note
    assert note == "speculative decoding computes the last block of 16 tokens again"
    assert predictions(serve_vllm, pair(15, 60, 60), {"eagle": True})[1].note == "shorter than a block of 16 tokens"
