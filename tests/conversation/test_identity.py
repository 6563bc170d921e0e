"""Which conversation a request names, and the family of a model, whatever a gateway puts before its name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.conversation.identity import family, same_family, session_id
from promptlint.model import JsonObject, Request


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


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"session_id": "s"}, "s"),
        ({"prompt_cache_key": "s", "metadata": {"session_id": "t"}}, "s"),
        ({"session_id": "", "metadata": {"session_id": "s"}}, "s"),
        ({"metadata": {"user_id": "user_1_account__session_0123-abcd"}}, "session_0123-abcd"),
        ({"metadata": {"user_id": '{"session_id": "s"}'}}, "s"),
        ({"metadata": {"user_id": '{"session_id": ""}'}}, None),
        ({"metadata": {"user_id": '{"session_id": "s'}}, None),
        ({"metadata": {"user_id": "[" * 9}}, None),
        ({"metadata": {"user_id": 7}}, None),
        ({"metadata": "s"}, None),
        ({"conversation": "s"}, "s"),
        ({"conversation": {"id": "s"}}, "s"),
        ({"conversation": {"id": 7}}, None),
        ({}, None),
    ],
)
def test_the_conversation_that_a_body_names(body: JsonObject, expected: str | None) -> None:
    request = Request("a.json", None, "body", "openai_chat", None, body)
    assert session_id(request) == expected
    assert session_id(replace(request, session="file")) == (expected or "file")
