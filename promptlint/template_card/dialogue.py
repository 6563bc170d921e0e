"""The messages that the conversations of a card are made of. Each text holds a word that stands nowhere else."""

from __future__ import annotations

import json
from typing import Any

from promptlint.model import JsonObject

MARKS = {  # word → what a card calls it
    "qzsystem": "system",
    "qzlater": "second system",
    "qzfirst": "first user",
    "qzsecond": "second user",
    "qzthird": "third user",
    "qzanswer": "answer",
    "qzfinal": "second answer",
    "qzwhy": "reasoning",
    "qzthen": "second reasoning",
    "qzcount": "tools",
    "qzshelf": "call",
    "qzresult": "result",
    "qzother": "second result",
}
# Names of what the arguments of templates are called that keep the reasoning of finished turns.
KEEPING: dict[str, Any] = {
    "preserve_thinking": True,
    "preserve_reasoning": True,
    "clear_thinking": False,
    "drop_thinking": False,
    "truncate_history_thinking": False,
    "keep_past_thinking": True,
}
DATES: dict[str, Any] = {"date_string": "02 Jan 2026", "datetime": "02 Jan 2026", "current_date": "2026-01-02"}


def said(role: str, mark: str, **more: Any) -> JsonObject:
    """A message with one line of text."""
    return {"role": role, "content": text_of(mark), **more}


def text_of(mark: str) -> str:
    """The text that a mark stands in."""
    return f"Note {mark} down."


SYSTEM, LATER = said("system", "qzsystem"), said("system", "qzlater")
FIRST, SECOND, THIRD = (said("user", mark) for mark in ("qzfirst", "qzsecond", "qzthird"))
ANSWER, FINAL = said("assistant", "qzanswer"), said("assistant", "qzfinal")
ID, OTHER_ID, LONG_ID = "callAaaa1", "callBbbb2", "call_0000000000000000000001"
RESULT: JsonObject = {"role": "tool", "tool_call_id": ID, "name": "count_boxes", "content": text_of("qzresult")}
OTHER_RESULT: JsonObject = {**RESULT, "tool_call_id": OTHER_ID, "content": text_of("qzother")}
SHELF: JsonObject = {"shelf": "qzshelf", "bay": "two"}
PROPERTIES: JsonObject = {"shelf": {"type": "string"}, "bay": {"type": "string"}}


def tool(properties: JsonObject, **more: Any) -> JsonObject:
    """The one tool of the conversations."""
    parameters = {"type": "object", "properties": properties, "required": ["shelf"]}
    function = {"name": "count_boxes", "description": text_of("qzcount"), "parameters": parameters, **more}
    return {"type": "function", "function": function}


TOOLS = [tool(PROPERTIES)]


def call(arguments: Any, identity: str = ID, **more: Any) -> JsonObject:
    """A call of the tool; arguments are an object, or its text."""
    return {"id": identity, "type": "function", "function": {"name": "count_boxes", "arguments": arguments}, **more}


def calling(*calls: JsonObject, **more: Any) -> JsonObject:
    """An answer that is nothing but calls."""
    return {"role": "assistant", "content": "", "tool_calls": list(calls), **more}


def compact(arguments: JsonObject) -> str:
    """Arguments as most clients write them."""
    return json.dumps(arguments, separators=(",", ":"))
