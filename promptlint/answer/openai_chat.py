"""Answers of OpenAI Chat Completions, whole and as a stream of deltas; also those of the many servers like it."""

from __future__ import annotations

from typing import Any

from promptlint.answer.members import at, objects_at, text_at
from promptlint.model import JsonObject

_REFUSED = {"content_filter", "error"}
_REASONING = ("reasoning_content", "reasoning")  # one or the other, or both with the same text


def body(documents: list[JsonObject]) -> JsonObject | None:
    """The one choice's message."""
    choices = [choice for document in documents for choice in objects_at(document, "choices")]
    ends = {choice.get("finish_reason") for choice in choices if isinstance(choice.get("finish_reason"), str)}
    if any(choice.get("index") for choice in choices) or ends & _REFUSED:
        return None
    deltas = [choice["delta"] for choice in choices if isinstance(choice.get("delta"), dict)]
    if deltas:
        return _body(_assembled(deltas)) if ends else None
    messages = [choice.get("message") for choice in choices] if choices else documents  # traces keep the message alone
    return _body(messages[0]) if len(messages) == 1 else None


def _body(message: Any) -> JsonObject | None:
    if at(message, "role") not in ("assistant", None) or not isinstance(message, dict) or message.get("refusal"):
        return None
    written = {"role": "assistant", "content": message.get("content")}
    reasoning = _reasoning(message)
    if reasoning:
        written["reasoning_content"] = reasoning
    calls = objects_at(message, "tool_calls")
    if calls:
        written["tool_calls"] = [{key: value for key, value in call.items() if key != "index"} for call in calls]
    if isinstance(message.get("function_call"), dict):
        written["function_call"] = message["function_call"]
    return {"messages": [written]}


def _reasoning(message: JsonObject) -> str:
    return next((text for key in _REASONING if (text := text_at(message, key))), "")


def _assembled(deltas: list[JsonObject]) -> JsonObject:
    pieces = [delta.get("content") for delta in deltas]
    calls = _calls([piece for delta in deltas for piece in objects_at(delta, "tool_calls")])
    old_calls = _calls([{"function": delta["function_call"]} for delta in deltas if delta.get("function_call")])
    return {
        "content": _content(pieces),
        "reasoning_content": "".join(map(_reasoning, deltas)),
        "refusal": "".join(text_at(delta, "refusal") for delta in deltas),
        "tool_calls": calls,
        "function_call": old_calls[0]["function"] if old_calls else None,
    }


def _content(pieces: list[Any]) -> str | list[JsonObject] | None:
    """One text, or parts where the server sends parts."""
    if not any(isinstance(piece, list) for piece in pieces):
        return "".join(piece for piece in pieces if isinstance(piece, str)) or None
    parts: list[JsonObject] = []
    for piece in pieces:
        for part in [{"type": "text", "text": piece}] if isinstance(piece, str) else objects_at(piece):
            if parts and part.get("type") == parts[-1].get("type") == "text":
                parts[-1] = parts[-1] | {"text": text_at(parts[-1], "text") + text_at(part, "text")}
            elif part.get("text") != "":
                parts.append(part)
    return parts


def _calls(pieces: list[JsonObject]) -> list[JsonObject]:
    """Tool calls put together: a piece goes on with the call at its index, unless it brings another id."""
    calls: list[JsonObject] = []
    places: dict[Any, int] = {}
    for piece in pieces:
        index = piece["index"] if isinstance(piece.get("index"), int) else None
        place = places.get(index)
        if place is None or (piece.get("id") and calls[place]["id"] not in (None, piece["id"])):
            place = len(calls)
            calls.append({"id": piece.get("id"), "type": "function", "function": {"name": "", "arguments": ""}})
            places[index] = place
        _go_on(calls[place], piece)
    return calls


def _go_on(call: JsonObject, piece: JsonObject) -> None:
    function, more = call["function"], at(piece, "function", "arguments")
    call["id"] = call["id"] or piece.get("id")
    function["name"] = function["name"] or text_at(piece, "function", "name")  # some servers repeat it with each piece
    if isinstance(more, dict):
        function["arguments"] = more
    elif isinstance(more, str) and isinstance(function["arguments"], str):
        function["arguments"] += more
