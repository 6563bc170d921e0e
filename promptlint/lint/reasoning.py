"""What a model thought before it spoke, under the names that servers and clients have for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promptlint.lint.spelling import spelled

NAMES = ("reasoning_content", "reasoning", "thinking", "reasoning_details", "thinking_blocks")
IN_TEXT = "<think>"  # stands for thoughts that are part of the content
_OPEN, _CLOSE = "<think>", "</think>"


def reasoning(message: Mapping[str, Any]) -> dict[str, Any]:
    """The reasoning of a message by its names; null is none."""
    found = {name: message[name] for name in NAMES if message.get(name) is not None}
    content = message.get("content")
    if isinstance(content, str) and message.get("role") == "assistant":
        thought, _ = split_thought(content)
        if thought:
            found[IN_TEXT] = thought
    return found


def split_thought(text: str) -> tuple[str, str]:
    """The thought that a text begins with, and what is said behind it."""
    head = text.lstrip()
    if not head.startswith(_OPEN):
        return "", text
    thought, close, rest = head[len(_OPEN) :].partition(_CLOSE)
    return (thought, rest) if close else ("", text)


def same_but_for_thought(old: str, new: str) -> bool:
    """Do two texts differ in nothing but the thoughts that they begin with."""
    (thought, said), (other, now) = split_thought(old), split_thought(new)
    return thought != other and said.split() == now.split()


def as_text(value: Any) -> str:
    """Reasoning as text, whatever form it has."""
    return value if isinstance(value, str) else spelled(value)
