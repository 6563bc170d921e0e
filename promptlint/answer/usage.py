"""How many prompt tokens the provider found in its cache, as the answer counts them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# Where each API counts the prompt tokens that came from its cache.
_COUNTERS = (
    ("prompt_tokens_details", "cached_tokens"),
    ("input_tokens_details", "cached_tokens"),
    ("cache_read_input_tokens",),
    ("prompt_cache_hit_tokens",),
)


def cached_tokens(answer: Any) -> int | None:
    """The cached tokens that an answer counts; None where it has no count."""
    parsed = _parsed(answer) if isinstance(answer, str) else answer
    usage = parsed.get("usage") if isinstance(parsed, Mapping) else None
    counts = (_at(usage, path) for path in _COUNTERS)
    return next((count for count in counts if isinstance(count, int) and not isinstance(count, bool)), None)


def _parsed(answer: str) -> Any:
    try:
        # Most answers have no such count, and an answer with embeddings is slow to parse.
        return json.loads(answer) if '"usage"' in answer and "cache" in answer else None
    except (ValueError, RecursionError):
        return None


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
