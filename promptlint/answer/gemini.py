"""Answers of Gemini generateContent: the parts of the one candidate, whole or in the chunks of a stream."""

from __future__ import annotations

from typing import Any

from promptlint.answer.members import at, objects_at, text_at
from promptlint.model import JsonObject

_ENDS = {"STOP", "MAX_TOKENS", 1, 2}  # the others mean that something was held back, or went wrong


def body(documents: list[JsonObject]) -> JsonObject | None:
    """All the parts in one content of the model."""
    # Code Assist wraps each chunk once more.
    lists = [objects_at(one.get("response", one), "candidates") for one in documents]
    candidates = [candidate for listed in lists for candidate in listed]
    ends = {_reason(candidate) for candidate in candidates} - {None}
    if any(candidate.get("index") for candidate in candidates) or max(map(len, lists), default=0) > 1:
        return None
    if not ends or not ends <= _ENDS:
        return None
    parts = [part for candidate in candidates for part in objects_at(candidate, "content", "parts")]
    return {"contents": [{"role": "model", "parts": _joined(parts)}]}


def _reason(candidate: JsonObject) -> Any:
    reason = at(candidate, "finishReason") or at(candidate, "finish_reason")
    return reason if isinstance(reason, str | int) else None


def _joined(parts: list[JsonObject]) -> list[JsonObject]:
    """The parts, with the pieces of one text in one part."""
    joined: list[JsonObject] = []
    for part in parts:
        if joined and _is_text(part) and _is_text(joined[-1]) and part.get("thought") == joined[-1].get("thought"):
            joined[-1] = joined[-1] | part | {"text": text_at(joined[-1], "text") + text_at(part, "text")}
        elif part.get("text") != "":
            joined.append(part)
    return joined


def _is_text(part: JsonObject) -> bool:
    return isinstance(part.get("text"), str)
