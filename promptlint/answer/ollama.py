"""Answers of Ollama /api/chat: a message, whole or in pieces, a line each."""

from __future__ import annotations

from promptlint.answer.members import objects_at, text_at
from promptlint.model import JsonObject


def body(documents: list[JsonObject]) -> JsonObject | None:
    """All the pieces in one assistant message."""
    if not any(document.get("done") for document in documents):
        return None
    written: JsonObject = {"role": "assistant"}
    for key in ("content", "thinking"):
        written[key] = "".join(text_at(document, "message", key) for document in documents)
    calls = [call for document in documents for call in objects_at(document, "message", "tool_calls")]
    return {"messages": [{key: value for key, value in written.items() if value or key == "content"} | _calls(calls)]}


def _calls(calls: list[JsonObject]) -> JsonObject:
    return {"tool_calls": calls} if calls else {}
