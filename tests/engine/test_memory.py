"""What the kinds of models keep of what they have read."""

from __future__ import annotations

from typing import Any

import pytest

from promptlint.engine.memory import memory_of


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("gemma2", {"memory": "window", "window": 4096}),
        ("gemma3_text", {"memory": "window", "window": 1024}),
        ("gemma4", {"memory": "window", "window": 1024}),
        ("GPT_OSS", {"memory": "window", "window": 128}),
        ("qwen3_5_moe", {"memory": "recurrent"}),
        ("qwen3_next", {"memory": "recurrent"}),
        ("mamba2", {"memory": "recurrent"}),
        ("qwen3", {}),
        ("llama", {}),
        ("", {}),
        (None, {}),
    ],
)
def test_a_kind_of_model_tells_its_memory(kind: str | None, known: dict[str, Any]) -> None:
    assert memory_of(kind) == known


def test_what_is_told_can_be_changed_without_consequence() -> None:
    memory_of("gemma3")["window"] = 1
    memory_of("llama")["memory"] = "x"
    assert memory_of("gemma3")["window"] == 1024
    assert memory_of("llama") == {}
