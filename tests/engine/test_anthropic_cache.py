"""The shortest prefix that is cached, in all the ways that gateways spell the names of models."""

from __future__ import annotations

import pytest

from promptlint.engine.anthropic_cache import shortest_cached_prefix


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("claude-opus-5", 512),
        ("claude-opus-5-20260801", 512),
        ("anthropic/claude-fable-5.1", 512),
        ("us.anthropic.claude-mythos-5-1-v1:0", 512),
        ("claude-sonnet-5", 1024),
        ("claude-sonnet-5-5", 512),
        ("claude-opus-4-8@20260528", 1024),
        ("claude-opus-4-20250514", 1024),
        ("claude-opus-4-1-20250805", 1024),
        ("claude-3-7-sonnet-latest", 1024),
        ("claude-3-5-haiku-20241022", 2048),
        ("claude-opus-4-7", 2048),
        ("claude-opus-4-6", 4096),
        ("claude-haiku-4-5-20251001", 4096),
        ("claude-opus-4-12", 4096),
        ("claude-something-9", 4096),
        ("claude", 4096),
        ("gpt-5.2", None),
        ("opus-5", None),
        (None, None),
    ],
)
def test_minimum_of_a_model(model: str | None, tokens: int | None) -> None:
    assert shortest_cached_prefix(model) == tokens
