"""How many prompt tokens the provider counted, and how many of them came from its cache."""

from __future__ import annotations

from typing import Any

from promptlint.answer.events import documents
from promptlint.answer.members import at, count_at
from promptlint.model import JsonObject

# Where an API, or an event of its streams, counts tokens.
_USAGES: tuple[tuple[str | int, ...], ...] = (
    ("usage",),
    ("message", "usage"),  # Anthropic's message_start
    ("response", "usage"),  # the events of Responses
    ("interaction", "usage"),
    ("metadata", "usage"),  # Bedrock's ConverseStream
    ("delta", "usage"),  # Cohere's message-end
    ("choices", 0, "usage"),  # Kimi
    ("x_groq", "usage"),
    ("usageMetadata",),
    ("usage_metadata",),
    ("response", "usageMetadata"),
    ("meta",),  # Cohere v1
    ("response", "meta"),
    ("timings",),  # llama.cpp
    ("meta_info",),  # SGLang
)
# How the tokens from a cache are called there. Not `tokens_cached`: that is what a slot of llama.cpp holds afterwards.
_CACHED: tuple[tuple[str, ...], ...] = (
    ("prompt_tokens_details", "cached_tokens"),
    ("input_tokens_details", "cached_tokens"),
    ("cache_read_input_tokens",),
    ("prompt_cache_hit_tokens",),
    ("cached_tokens",),
    ("num_cached_tokens",),
    ("cachedContentTokenCount",),
    ("cached_content_token_count",),
    ("cacheReadInputTokens",),
    ("cacheReadInputTokenCount",),
    ("total_cached_tokens",),
    ("cache_n",),
)
# The names of all prompt tokens; of several that are parts of it; and of what a document says outside any usage.
_WHOLE: tuple[tuple[str, ...], ...] = (
    ("prompt_tokens",),
    ("promptTokenCount",),
    ("prompt_token_count",),
    ("total_input_tokens",),
    ("tokens", "input_tokens"),
)
_PARTS = (
    ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"),
    ("inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens"),
    ("prompt_n", "cache_n"),
)
_OUTSIDE = ("prompt_eval_count", "tokens_evaluated")


def cached_tokens(answer: Any) -> int | None:
    """The prompt tokens that came from the cache; None where the answer has no count. The last count of a stream."""
    counts = [
        count
        for document in documents(answer, "ache")
        for usage in _usages(document)
        if (count := _first(usage, _CACHED)) is not None
    ]
    return counts[-1] if counts else None


def prompt_tokens(answer: Any) -> int | None:
    """All prompt tokens as the provider counts them, those from its cache among them; None where it has no count."""
    merged: JsonObject = {}
    for document in documents(answer):
        for usage in _usages(document):
            merged |= {key: value for key, value in usage.items() if value is not None}
        merged |= {key: document[key] for key in _OUTSIDE if key in document}
    whole = _first(merged, (*_WHOLE, *((key,) for key in _OUTSIDE)))
    return _sum_of_parts(merged) if whole is None else whole


def _usages(document: JsonObject) -> list[JsonObject]:
    found = (at(document, *path) for path in _USAGES if path[0] in document)
    return [usage for usage in found if isinstance(usage, dict)]


def _first(usage: JsonObject, paths: tuple[tuple[str, ...], ...]) -> int | None:
    return next((count for path in paths if (count := count_at(usage, *path)) is not None), None)


def _sum_of_parts(usage: JsonObject) -> int | None:
    for main, *rest in _PARTS:
        count = count_at(usage, main)
        if count is not None:
            return count + sum(count_at(usage, part) or 0 for part in rest)
    return None
