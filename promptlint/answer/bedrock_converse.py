"""Answers of Bedrock Converse, and the events of ConverseStream: each document has the name of its event as its key."""

from __future__ import annotations

import json
from typing import Any

from promptlint.answer.members import at, objects_at, text_at
from promptlint.model import JsonObject

_REFUSED = {"guardrail_intervened", "content_filtered"}


def body(documents: list[JsonObject]) -> JsonObject | None:
    """The content blocks in one assistant message."""
    reasons = [one.get("stopReason") or at(one, "messageStop", "stopReason") for one in documents]
    if not any(reasons) or any(reason in _REFUSED for reason in reasons if isinstance(reason, str)):
        return None
    whole = [one for one in documents if isinstance(at(one, "output", "message"), dict)]
    blocks = objects_at(whole[0], "output", "message", "content") if whole else _assembled(documents)
    return None if blocks is None else {"messages": [{"role": "assistant", "content": blocks}]}


def _assembled(documents: list[JsonObject]) -> list[JsonObject] | None:
    """The blocks of a stream; None where the input of a tool is no JSON."""
    blocks: dict[str, JsonObject] = {}
    for event in documents:
        place = str(at(event, "contentBlockStart", "contentBlockIndex"))
        call = at(event, "contentBlockStart", "start", "toolUse")
        if isinstance(call, dict):
            blocks[place] = {"toolUse": call | {"input": ""}}
        delta = at(event, "contentBlockDelta", "delta")
        if isinstance(delta, dict):
            place = str(at(event, "contentBlockDelta", "contentBlockIndex"))
            blocks[place] = _go_on(blocks.get(place, {}), delta)
    finished = [_finished(block) for block in blocks.values()]
    return None if None in finished else [block for block in finished if block is not None]


def _go_on(block: JsonObject, delta: JsonObject) -> JsonObject:
    """The block with a delta's text added to it."""
    if "toolUse" in delta:
        call = at(block, "toolUse") or {}
        return {"toolUse": call | {"input": text_at(call, "input") + text_at(delta, "toolUse", "input")}}
    if "reasoningContent" in delta:
        return {"reasoningContent": {"reasoningText": _thought(block, delta["reasoningContent"])}}
    return {"text": text_at(block, "text") + text_at(delta, "text")}


def _thought(block: JsonObject, delta: Any) -> JsonObject:
    earlier = at(block, "reasoningContent", "reasoningText")
    texts = {key: text_at(earlier, key) + text_at(delta, key) for key in ("text", "signature")}
    return {key: text for key, text in texts.items() if text or key == "text"}


def _finished(block: JsonObject) -> JsonObject | None:
    if "toolUse" not in block:
        return block
    try:
        given = json.loads(block["toolUse"]["input"] or "{}")
    except ValueError:
        return None
    return {"toolUse": block["toolUse"] | {"input": given}}
