"""Answers of Cohere chat: the message of v2, its events, and the text and calls of v1."""

from __future__ import annotations

from promptlint.answer.members import at, objects_at, text_at
from promptlint.model import JsonObject

_REFUSED = {"ERROR", "ERROR_TOXIC", "ERROR_LIMIT", "USER_CANCEL", "TIMEOUT"}


def body(documents: list[JsonObject]) -> JsonObject | None:
    """The message as v2 spells it."""
    end = next((one for one in documents if _is_end(one)), None)
    if end is None or (_reason(end) in _REFUSED):
        return None
    old = end if isinstance(end.get("text"), str) else at(end, "response")
    if isinstance(at(old, "text"), str):
        return {"messages": [_of_v1(old)]}
    message = end.get("message")
    return {"messages": [message if isinstance(message, dict) else _assembled(documents)]}


def _is_end(document: JsonObject) -> bool:
    """A whole answer, or the last event of a stream."""
    return (
        isinstance(document.get("message"), dict)
        or document.get("type") == "message-end"
        or document.get("event_type") == "stream-end"
        or (isinstance(document.get("text"), str) and "event_type" not in document)
    )


def _reason(end: JsonObject) -> str:
    return text_at(end, "finish_reason") or text_at(end, "delta", "finish_reason")


def _of_v1(answer: JsonObject) -> JsonObject:
    calls = [
        {"type": "function", "function": {"name": call.get("name"), "arguments": call.get("parameters")}}
        for call in objects_at(answer, "tool_calls")
    ]
    return {"role": "assistant", "content": answer["text"]} | ({"tool_calls": calls} if calls else {})


def _assembled(documents: list[JsonObject]) -> JsonObject:
    """The message of a stream of v2 events."""
    blocks: dict[str, JsonObject] = {}
    calls: dict[str, JsonObject] = {}
    plan = ""
    for event in documents:
        index, message = str(event.get("index")), at(event, "delta", "message")
        plan += text_at(message, "tool_plan")
        if isinstance(at(message, "content"), dict):
            blocks[index] = _block(blocks.get(index, {}), message["content"])
        if isinstance(at(message, "tool_calls"), dict):
            calls[index] = _call(calls.get(index, {}), message["tool_calls"])
    written = {"content": list(blocks.values()), "tool_plan": plan, "tool_calls": list(calls.values())}
    return {"role": "assistant"} | {key: value for key, value in written.items() if value}


def _block(block: JsonObject, piece: JsonObject) -> JsonObject:
    """A block of text, or of thinking, with a piece added to it."""
    kind = "thinking" if "thinking" in piece else "text"
    return {"type": kind} | block | {kind: text_at(block, kind) + text_at(piece, kind)}


def _call(call: JsonObject, piece: JsonObject) -> JsonObject:
    """A call, with a piece of its arguments added to it."""
    whole = piece | call
    function = {key: text_at(call, "function", key) + text_at(piece, "function", key) for key in ("name", "arguments")}
    return whole | {"function": function}
