"""Which Claude models take system turns, in all the ways that gateways spell their names."""

from __future__ import annotations

import pytest

from promptlint.engine.anthropic_system_turns import takes_system_turns


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("claude-opus-4-8", True),
        ("claude-opus-4-8-20260528", True),
        ("anthropic/claude-opus-4.8", True),
        ("us.anthropic.claude-opus-4-8-v1:0", True),
        ("claude-opus-4-8@20260528", True),
        ("claude-opus-5", True),
        ("claude-opus-5-20260801", True),
        ("claude-fable-5", True),
        ("claude-fable-5-1", True),
        ("claude-mythos-5-1", True),
        ("claude-opus-4-7", False),
        ("claude-opus-4-20250514", False),
        ("claude-opus-4-1-20250805", False),
        ("claude-sonnet-4-5", False),
        ("claude-haiku-4-5-20251001", False),
        ("claude-3-5-sonnet-20241022", False),
        ("claude-3-opus-20240229", False),
        ("claude-2.1", False),
        ("claude-instant-1.2", False),
        ("claude-opus-5-5", None),
        ("claude-sonnet-9", None),
        ("claude-next", None),
        ("qwen3-max", None),
        (None, None),
    ],
)
def test_models(model: str | None, expected: bool | None) -> None:
    assert takes_system_turns(model) is expected


def test_the_users_own_models_come_first() -> None:
    assert takes_system_turns("claude-sonnet-4-5", ["claude-sonnet-*"]) is True
    assert takes_system_turns("claude-sonnet-4-5", ["claude-opus-*"]) is False
