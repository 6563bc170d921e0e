"""Answers of Anthropic Messages: content blocks, whole or put together from the events of a stream."""

from __future__ import annotations

import json
from typing import Any

from promptlint.answer.members import at, objects_at, text_at
from promptlint.model import JsonObject

# Which member of a block goes on with which member of a delta.
_TEXTS = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "signature"}
_BESIDE = {"citations_delta"}  # says something about the text and adds nothing to it


def body(documents: list[JsonObject]) -> JsonObject | None:
    """The content blocks in one assistant message."""
    whole = len(documents) == 1 and documents[0].get("role") == "assistant"
    blocks = objects_at(documents[0], "content") if whole else _assembled(documents)
    reasons = [at(one, "delta", "stop_reason") or one.get("stop_reason") for one in documents]
    if blocks is None or "refusal" in reasons or not (whole or any(reasons)):
        return None
    return {"messages": [{"role": "assistant", "content": blocks}]}


def _assembled(documents: list[JsonObject]) -> list[JsonObject] | None:
    """The blocks of a stream; None where one cannot be put together."""
    blocks: dict[str, JsonObject] = {}
    inputs: dict[str, str] = {}
    for event in documents:
        index = str(event.get("index"))
        if event.get("type") == "content_block_start" and isinstance(event.get("content_block"), dict):
            blocks[index] = event["content_block"]
        elif event.get("type") == "content_block_delta" and not _go_on(blocks, inputs, index, event.get("delta")):
            return None
    given = {index: _input(text) for index, text in inputs.items()}
    if None in given.values():
        return None
    return [block | {"input": given[index]} if index in given else block for index, block in blocks.items()]


def _go_on(blocks: dict[str, JsonObject], inputs: dict[str, str], index: str, delta: Any) -> bool:
    """Add a delta to its block, or to the JSON text of its input; false where block or kind are not known."""
    kind = text_at(delta, "type")
    if index not in blocks:
        return False
    if kind == "input_json_delta":
        inputs[index] = inputs.get(index, "") + text_at(delta, "partial_json")
        return True
    member = _TEXTS.get(kind)
    if member is not None:
        blocks[index] = blocks[index] | {member: text_at(blocks[index], member) + text_at(delta, member)}
    return member is not None or kind in _BESIDE


def _input(text: str) -> JsonObject | None:
    """The arguments; a tool without any may get no text at all."""
    try:
        given = json.loads(text) if text.strip() else {}
    except ValueError:
        return None
    return given if isinstance(given, dict) else None
