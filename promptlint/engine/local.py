"""The engines that people run themselves: how each serves a request, and what can be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from promptlint.engine import block_floor, llama_cpp, mlx, token_granular
from promptlint.engine.serving import Option, Options, Prediction, Serve, Spans, Tokens


class Engine(NamedTuple):
    """A rule, the options that it takes, and what is to be known of its reports; empty where they are as usual."""

    serve: Serve
    options: tuple[Option, ...]
    reports: str = ""


def serve_ollama(
    state: llama_cpp.Server | None,
    prompt_ids: Tokens,
    generated_ids: Tokens,
    spans: Spans,  # noqa: ARG001  one signature for all
    options: Options,
) -> tuple[llama_cpp.Server, Prediction]:
    """One request to Ollama, which hands llama.cpp the finished prompt: that server then knows no user messages."""
    return llama_cpp.serve(state, prompt_ids, generated_ids, Spans(), options)


ENGINES: Mapping[str, Engine] = {
    "llama.cpp": Engine(llama_cpp.serve, llama_cpp.OPTIONS),
    "vllm": Engine(block_floor.serve_vllm, block_floor.VLLM, "only with --enable-prompt-tokens-details"),
    "sglang": Engine(block_floor.serve_sglang, block_floor.SGLANG, "only with --enable-cache-report"),
    "tensorrt-llm": Engine(token_granular.serve_tensorrt_llm, token_granular.TENSORRT_LLM),
    "tgi": Engine(token_granular.serve_tgi, (), "no cached tokens in its answers"),
    "lmcache": Engine(block_floor.serve_lmcache, block_floor.LMCACHE, "only in vLLM's metrics"),
    "mlx-lm": Engine(mlx.serve_mlx_lm, mlx.MLX_LM),
    "lm-studio": Engine(mlx.serve_lm_studio, mlx.MLX_LM, "only in its log"),
    "ollama": Engine(serve_ollama, llama_cpp.OPTIONS, "no cached tokens in its answers"),
    "transformers": Engine(token_granular.serve_transformers, (), "nothing: it is a library"),
}
STEPS: Mapping[str, Serve] = {name: engine.serve for name, engine in ENGINES.items()}
