"""What reuses every token of the common prefix: TensorRT-LLM with partial reuse, TGI, a caller of transformers.

TensorRT-LLM 1.3: runtime/kv_cache_manager_v2/_block_radix_tree.py. TGI 3: backends/v3/src/radix.rs. Read, not run.
"""

from __future__ import annotations

from promptlint.common_prefix import common_prefix
from promptlint.engine.block_floor import FLOORED, SWALLOWED, floored
from promptlint.engine.serving import Option, Options, Prediction, Spans, Tokens
from promptlint.engine.stored import Stored, longest, stored_with

BLOCK = Option("tokens-per-block", 32, "tokens of a block (tokens_per_block)", least=1)
PARTIAL = Option("partial-reuse", True, "a block that matches in part is copied (enable_partial_reuse)")
TENSORRT_LLM = (BLOCK, PARTIAL)
MOST_SIBLINGS = 31  # blocks behind one prefix among which a partial match is looked for


def serve_tensorrt_llm(
    state: Stored | None,
    prompt_ids: Tokens,
    generated_ids: Tokens,
    spans: Spans,  # noqa: ARG001  one signature for all
    options: Options,
) -> tuple[Stored, Prediction]:
    """One request to TensorRT-LLM: token by token, unless too many prompts part in the same block."""
    stored, prompt = state or (), tuple(prompt_ids)
    block = BLOCK.of(options)
    common = min(longest(stored, prompt), len(prompt) - 1)
    whole = floored(common, block)
    partly = PARTIAL.of(options) and _siblings(stored, prompt, whole, block) <= MOST_SIBLINGS
    reused = max(0, common if partly else whole)
    note = "" if reused >= common else (FLOORED if whole else SWALLOWED).format(block)
    return stored_with(stored, (*prompt, *generated_ids[:-1])), Prediction(reused, reused, note)


def _siblings(stored: Stored, prompt: tuple[int, ...], whole: int, block: int) -> int:
    """How many different blocks are stored behind the prompt's last whole block."""
    behind = (one for one in stored if common_prefix(one, prompt) >= whole)
    return len({one[whole : whole + block] for one in behind if len(one) > whole})


def serve_tgi(
    state: Stored | None,
    prompt_ids: Tokens,
    generated_ids: Tokens,
    spans: Spans,  # noqa: ARG001  one signature for all
    options: Options,  # noqa: ARG001  one signature for all
) -> tuple[Stored, Prediction]:
    """One request to Text Generation Inference, which keeps prompts and never answers."""
    stored, prompt = state or (), tuple(prompt_ids)
    reused = max(0, min(longest(stored, prompt), len(prompt) - 1))
    return stored_with(stored, prompt), Prediction(reused, reused, "answers are not kept" if generated_ids else "")


def serve_transformers(
    state: Stored | None,
    prompt_ids: Tokens,
    generated_ids: Tokens,
    spans: Spans,  # noqa: ARG001  one signature for all
    options: Options,  # noqa: ARG001  one signature for all
) -> tuple[Stored, Prediction]:
    """One call of transformers, which is a library and no server: what is reused, its caller hands on by itself."""
    stored, prompt = state or (), tuple(prompt_ids)
    common = max(0, min(longest(stored, prompt), len(prompt) - 1))
    note = "a library and no server: nothing, unless its caller hands the cache on"
    return stored_with(stored, (*prompt, *generated_ids[:-1])), Prediction(0, common, note)
