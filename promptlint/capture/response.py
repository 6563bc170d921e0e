"""What a recorded answer tells about its request: when it came, and how much the provider found in its cache."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from promptlint.capture.file_text import GZIP_MAGIC, Unpacking

_MOST_BYTES = 4 * 1024 * 1024
# Where each API counts the prompt tokens that came from its cache.
_COUNTERS = (
    ("prompt_tokens_details", "cached_tokens"),
    ("input_tokens_details", "cached_tokens"),
    ("cache_read_input_tokens",),
    ("prompt_cache_hit_tokens",),
)


def cached_tokens(answer: Any, unpacking: Unpacking) -> int | None:
    """The cached tokens that a response body counts; None where it has no count or is no plain JSON."""
    parsed = _parsed(answer, unpacking) if isinstance(answer, str | bytes) else answer
    usage = parsed.get("usage") if isinstance(parsed, Mapping) else None
    counts = (_at(usage, path) for path in _COUNTERS)
    return next((count for count in counts if isinstance(count, int) and not isinstance(count, bool)), None)


def _parsed(answer: str | bytes, unpacking: Unpacking) -> Any:
    try:
        if isinstance(answer, bytes):
            unpacked = unpacking.gunzip(answer, _MOST_BYTES) if answer.startswith(GZIP_MAGIC) else answer
            answer = unpacked.decode("utf-8")
        # Most answers have no such count, and an answer with embeddings is slow to parse.
        return json.loads(answer) if '"usage"' in answer and "cache" in answer else None
    except (ValueError, RecursionError):
        return None


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def header(headers: Any, name: str) -> str | None:
    """A header's (first) value, from a mapping or from HAR's list of names and values; None if it is not there."""
    if isinstance(headers, Mapping):
        pairs = list(headers.items())
    else:
        listed = headers if isinstance(headers, list) else []
        pairs = [(item.get("name"), item.get("value")) for item in listed if isinstance(item, Mapping)]
    for key, value in pairs:
        if isinstance(key, str) and key.lower() == name:
            first = value[0] if isinstance(value, list) and value else value
            return first if isinstance(first, str) else None
    return None


def instant(text: Any) -> datetime | None:
    """A time in ISO 8601 or as an HTTP Date header; None for anything else."""
    if not isinstance(text, str):
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
