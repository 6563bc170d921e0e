"""Engines that reuse whole blocks of tokens: vLLM, SGLang with pages, LMCache. A begun block is computed again.

vLLM: vllm/v1/core/kv_cache_manager.py of 0.33.0. SGLang: srt/mem_cache/radix_cache.py of 0.5.23. LMCache 0.5.6.
"""

from __future__ import annotations

from math import lcm

from promptlint.engine.serving import Option, Options, Prediction, Spans, Tokens
from promptlint.engine.stored import Stored, longest, stored_with

BLOCK = Option("block-size", 16, "tokens of a block (vllm:cache_config_info tells a running server's)", least=1)
MAMBA_BLOCK = Option("mamba-block-size", 0, "tokens of a block of a hybrid's recurrent layers; 0: the model has none")
CONTEXT_PARALLEL = Option("decode-context-parallel-size", 1, "over how many devices each block is spread", least=1)
EAGLE = Option("eagle", False, "speculative decoding with EAGLE or MTP: some of the match is computed again")
PAGE = Option("page-size", 1, "tokens of a page (--page-size)", least=1)
CHUNK = Option("chunk-size", 256, "tokens of a chunk (LMCACHE_CHUNK_SIZE)", least=1)
OWN_BLOCK = Option("block-size", 0, "tokens of a block of vLLM's own cache; 0 leaves that cache out")
VLLM = (BLOCK, MAMBA_BLOCK, CONTEXT_PARALLEL, EAGLE)
SGLANG = (PAGE, EAGLE)
LMCACHE = (CHUNK, OWN_BLOCK)

SWALLOWED = "shorter than a block of {} tokens"
FLOORED = "whole blocks of {} tokens"


def floored(tokens: int, block: int) -> int:
    """The whole blocks in so many tokens, in tokens."""
    return max(0, tokens) // block * block


def serve_vllm(
    state: Stored | None,
    prompt_ids: Tokens,
    generated_ids: Tokens,
    spans: Spans,  # noqa: ARG001  one signature for all
    options: Options,
) -> tuple[Stored, Prediction]:
    """One request to vLLM, prefix caching on. A hybrid keeps checkpoints by rules of its own: only a range is known."""
    stored, prompt = state or (), tuple(prompt_ids)
    own = BLOCK.of(options) * CONTEXT_PARALLEL.of(options)
    recurrent = MAMBA_BLOCK.of(options)
    block = lcm(own, recurrent) if recurrent else own
    common = min(longest(stored, prompt), len(prompt) - 1)
    reused = floored(common, block)
    if EAGLE.of(options):
        reused = max(0, reused - own)
    after = stored_with(stored, (*prompt, *generated_ids[:-1]))
    note = _note(reused, common, block)
    if recurrent and reused:
        return after, Prediction(0, reused, "a hybrid reuses only where it kept a checkpoint")
    return after, Prediction(reused, reused, note)


def serve_sglang(
    state: Stored | None,
    prompt_ids: Tokens,
    generated_ids: Tokens,
    spans: Spans,  # noqa: ARG001  one signature for all
    options: Options,
) -> tuple[Stored, Prediction]:
    """One request to SGLang's radix cache. EAGLE keys are pairs of tokens: of n tokens there are n − 1."""
    stored, prompt = state or (), tuple(prompt_ids)
    page, pairs = PAGE.of(options), int(EAGLE.of(options))
    common = min(longest(stored, prompt) - pairs, len(prompt) - 1 - pairs)
    reused = floored(common, page)
    sequence = (*prompt, *generated_ids[:-1])
    kept = floored(len(sequence) - pairs, page) + pairs
    return stored_with(stored, sequence[:kept]), Prediction(reused, reused, _note(reused, common, page))


def serve_lmcache(
    state: Stored | None,
    prompt_ids: Tokens,
    generated_ids: Tokens,
    spans: Spans,  # noqa: ARG001  one signature for all
    options: Options,
) -> tuple[Stored, Prediction]:
    """One request to vLLM with LMCache: whole chunks, also those that vLLM's own cache has lost."""
    stored, prompt = state or (), tuple(prompt_ids)
    chunk, block = CHUNK.of(options), OWN_BLOCK.of(options)
    common = longest(stored, prompt)
    found = floored(common, chunk)
    found -= found == len(prompt)
    own = floored(min(common, len(prompt) - 1), block) if block else 0
    reused = max(0, found, own)
    after = stored_with(stored, (*prompt, *generated_ids[:-1]))
    return after, Prediction(reused, reused, _note(reused, min(common, len(prompt) - 1), block or chunk))


def _note(reused: int, common: int, block: int) -> str:
    if reused >= common:
        return ""
    if common < block:
        return SWALLOWED.format(block)
    return FLOORED.format(block) if reused else f"speculative decoding computes the last block of {block} tokens again"
