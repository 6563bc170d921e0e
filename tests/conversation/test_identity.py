"""The family of a model, whatever a gateway puts before its name."""

from __future__ import annotations

import pytest

from promptlint.conversation.identity import family, same_family


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("claude-opus-4-8", "claude"),
        ("us.anthropic.claude-sonnet-4", "claude"),
        ("anthropic/claude-3.5-haiku", "claude"),
        ("gpt-4o", "gpt"),
        ("chatgpt-4o-latest", "gpt"),
        ("o3-mini", "gpt"),
        ("o1", "gpt"),
        ("codex-mini-latest", "gpt"),
        ("ft:gpt-4o:org", "gpt"),
        ("Qwen/Qwen3-8B", "qwen"),
        ("mixtral-8x7b", "mistral"),
        ("accounts/x/models/llama-v3", "llama"),
        ("house-7b", "house"),
        ("123", "123"),
        ("", None),
        (None, None),
    ],
)
def test_family(model: str | None, expected: str | None) -> None:
    assert family(model) == expected


def test_a_model_that_is_not_known_may_be_any() -> None:
    assert same_family(None, "gpt")
    assert same_family("gpt", "gpt")
    assert not same_family("gpt", "claude")
