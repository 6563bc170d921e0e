"""Anthropic's cache markers, and the shortest prefix that is cached."""

from __future__ import annotations

from promptlint.engine import providers

MOST_MARKERS = 4
LIFETIMES = ("5m", "1h")  # of a marker; the first is the default


def shortest_cached_prefix(model: str | None, overrides: providers.Overrides | None = None) -> int | None:
    """Tokens that a prefix needs to be cached; None for what is not called a Claude model.

    A model that is not listed has the largest minimum of all: it caches at least what is longer.
    """
    if "claude" not in (model or "").lower():
        return None
    return providers.facts("anthropic", model, overrides).minimum
