from __future__ import annotations

import json
from typing import Any

import pytest

from promptlint.answer.usage import cached_tokens, prompt_tokens
from tests.answer.streams import aws_chunks, aws_events, sse

START = {
    "type": "message_start",
    "message": {"usage": {"input_tokens": 2, "cache_read_input_tokens": 96, "cache_creation_input_tokens": 30}},
}
# An answer, its cached tokens, and all its prompt tokens.
COUNTED: dict[str, tuple[Any, int | None, int | None]] = {
    "chat": ({"usage": {"prompt_tokens": 128, "prompt_tokens_details": {"cached_tokens": 96}}}, 96, 128),
    "responses": ({"usage": {"input_tokens": 128, "input_tokens_details": {"cached_tokens": 96}}}, 96, 128),
    "anthropic": (START["message"], 96, 128),
    "anthropic without a cache": ({"usage": {"input_tokens": 128, "cache_read_input_tokens": None}}, None, 128),
    "deepseek": ({"usage": {"prompt_tokens": 128, "prompt_cache_hit_tokens": 96}}, 96, 128),
    "kimi": ({"usage": {"prompt_tokens": 128, "cached_tokens": 96}}, 96, 128),
    "kimi's choice": ({"choices": [{"usage": {"prompt_tokens": 128, "cached_tokens": 96}}]}, 96, 128),
    "gemini": ({"usageMetadata": {"promptTokenCount": 128, "cachedContentTokenCount": 96}}, 96, 128),
    "gemini without a cache": ({"usageMetadata": {"promptTokenCount": 128}}, None, 128),
    "interactions": ({"usage": {"total_input_tokens": 128, "total_cached_tokens": 96}}, 96, 128),
    "converse": (
        {"usage": {"inputTokens": 2, "cacheReadInputTokens": 96, "cacheWriteInputTokens": 30, "totalTokens": 140}},
        96,
        128,
    ),
    "llama.cpp": (
        {"tokens_cached": 131, "tokens_evaluated": 128, "timings": {"cache_n": 96, "prompt_n": 32}},
        96,
        128,
    ),
    "llama.cpp's chat": ({"timings": {"cache_n": 96, "prompt_n": 32}}, 96, 128),
    "sglang": ({"meta_info": {"prompt_tokens": 128, "cached_tokens": 96}}, 96, 128),
    "ollama": ({"prompt_eval_count": 128, "eval_count": 4}, None, 128),
    "cohere": ({"usage": {"tokens": {"input_tokens": 128}, "cached_tokens": 96}}, 96, 128),
    "cohere v1": ({"meta": {"tokens": {"input_tokens": 128}, "cached_tokens": 96}}, 96, 128),
    "nothing cached": ({"usage": {"prompt_tokens": 128, "prompt_tokens_details": {"cached_tokens": 0}}}, 0, 128),
    "a chat stream": (
        sse(
            {"choices": [{"delta": {}}], "usage": None},
            {"choices": [], "usage": {"prompt_tokens": 128, "prompt_tokens_details": {"cached_tokens": 96}}},
            "[DONE]",
        ),
        96,
        128,
    ),
    "an anthropic stream": (sse(START, {"type": "message_delta", "usage": {"output_tokens": 4}}), 96, 128),
    "the last count of a stream": (
        sse(START, {"type": "message_delta", "usage": {"input_tokens": 5, "cache_read_input_tokens": 99}}),
        99,
        134,
    ),
    "a responses stream": (
        sse(
            {"type": "response.created", "response": {"usage": None}},
            {
                "type": "response.completed",
                "response": {"usage": {"input_tokens": 128, "input_tokens_details": {"cached_tokens": 96}}},
            },
        ),
        96,
        128,
    ),
    "gemini's list": (
        json.dumps(
            [
                {"usageMetadata": {"promptTokenCount": 128}},
                {"usageMetadata": {"promptTokenCount": 128, "cachedContentTokenCount": 96}},
            ]
        ),
        96,
        128,
    ),
    "a converse stream": (
        aws_events({"metadata": {"usage": {"inputTokens": 32, "cacheReadInputTokens": 96}}}),
        96,
        128,
    ),
    "anthropic on bedrock": (aws_chunks(START), 96, 128),
    "a cohere stream": (
        sse(
            {
                "type": "message-end",
                "delta": {"usage": {"tokens": {"input_tokens": 128}, "cached_tokens": 96}},
            }
        ),
        96,
        128,
    ),
}


@pytest.mark.parametrize(("answer", "cached", "prompt"), COUNTED.values(), ids=COUNTED)
def test_every_provider_counts_in_its_own_words(answer: Any, cached: int | None, prompt: int | None) -> None:
    assert (cached_tokens(answer), prompt_tokens(answer)) == (cached, prompt)
    if isinstance(answer, dict):
        assert (cached_tokens(json.dumps(answer)), prompt_tokens(json.dumps(answer))) == (cached, prompt)


@pytest.mark.parametrize("number", [True, -1, 1.5, "96", None, [96]])
def test_what_is_no_count(number: Any) -> None:
    assert cached_tokens({"usage": {"cache_read_input_tokens": number}}) is None
    assert prompt_tokens({"usage": {"prompt_tokens": number}}) is None


@pytest.mark.parametrize(
    "nothing", [b"\xff", '"usage" cache', "[" * 100_000 + '"usage" cache', {"usage": {}}, {"usage": [7]}, 7, None, []]
)
def test_an_answer_without_a_count(nothing: Any) -> None:
    assert cached_tokens(nothing) is None
    assert prompt_tokens(nothing) is None


def test_the_first_counter_of_several() -> None:
    assert cached_tokens({"usage": {"prompt_tokens_details": {"cached_tokens": 4}, "prompt_cache_hit_tokens": 9}}) == 4


def test_a_usage_that_the_model_writes_about_is_no_count() -> None:
    usage = {"usage": {"prompt_tokens": 128, "prompt_tokens_details": {"cached_tokens": 96}}}
    quoted = {"choices": [{"message": {"content": json.dumps(usage)}, "logprobs": usage}]}
    for answer in (quoted, json.dumps(quoted), sse({"choices": [{"delta": {"content": sse(usage)}}]})):
        assert cached_tokens(answer) is None
        assert prompt_tokens(answer) is None
