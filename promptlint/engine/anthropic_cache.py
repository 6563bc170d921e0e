"""Anthropic's prompt cache in numbers: how many markers, and the shortest prefix that is cached. As of 2026-11-21."""

from __future__ import annotations

import re

AS_OF = "2026-11-21"
MOST_MARKERS = 4
LIFETIMES = ("5m", "1h")  # of a marker; the first is the default

# Tokens by family and version, as model ids spell them. Shorter prefixes are not cached, and nothing says so.
_MINIMUMS: tuple[tuple[str, int], ...] = tuple(
    (name, tokens)
    for tokens, names in (
        (512, ("opus-5", "opus-5-5", "fable-5", "fable-5-1", "mythos-5", "mythos-5-1", "sonnet-5-5", "haiku-5-5")),
        (1024, ("opus-4-8", "opus-4-1", "opus-4", "opus-4-0", "sonnet-5", "sonnet-4-6", "sonnet-4-5", "sonnet-4")),
        (1024, ("sonnet-4-0", "3-7-sonnet", "3-5-sonnet", "3-opus")),
        (2048, ("opus-4-7", "mythos-preview", "3-5-haiku", "haiku-3-5", "3-haiku")),
        (4096, ("opus-4-6", "opus-4-5", "haiku-4-5")),
    )
    for name in names
)
_UNKNOWN = 4096  # the largest: a model that is not listed caches at least what is longer
_NAMES = re.compile(
    r"(?<![\d-])-?(?P<name>"
    + "|".join(sorted((name for name, _ in _MINIMUMS), key=len, reverse=True))
    + r")(?!-?\d{1,2}(?!\d))"
)


def shortest_cached_prefix(model: str | None) -> int | None:
    """Tokens that a prefix needs to be cached; None for what is not called a Claude model."""
    spelled = (model or "").lower().replace(".", "-").replace("_", "-")
    if "claude" not in spelled:
        return None
    found = _NAMES.search(spelled)
    return _UNKNOWN if found is None else dict(_MINIMUMS)[found["name"]]
