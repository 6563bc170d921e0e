"""Requests for the tests of grouping, in few words."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from promptlint.conversation import Grouped
from promptlint.dialect import chat
from promptlint.model import JsonObject, Request, Turn

SYSTEM = "You are a careful assistant that edits files. Answer briefly, and never guess what a tool can tell."


def message(short: str) -> JsonObject:
    """u: user, a: assistant, s: system, t: tool result, c: a call with arguments."""
    role, _, text = short.partition(":")
    if role == "c":
        function = {"name": "read", "arguments": json.dumps({"path": text})}
        return {"role": "assistant", "content": None, "tool_calls": [{"id": f"id-{text}", "function": function}]}
    if role == "t":
        return {"role": "tool", "tool_call_id": "id", "content": text}
    return {"role": {"u": "user", "a": "assistant", "s": "system"}[role], "content": text}


def turn(
    *messages: str | JsonObject,
    path: str = "session.jsonl",
    model: str | None = "gpt-5",
    system: str | None = SYSTEM,
    tools: str = "",
    at: datetime | None = None,
    **members: Any,
) -> Turn:
    """A request of chat completions, with the tools named."""
    listed = [message(one) if isinstance(one, str) else one for one in messages]
    if system is not None:
        listed = [{"role": "system", "content": system}, *listed]
    offered = [{"type": "function", "function": {"name": name}} for name in tools.split()]
    body: JsonObject = {"model": model, "messages": listed, **({"tools": offered} if tools else {}), **members}
    request = Request(path, None, "jsonl", "openai_chat", model, body, recorded_at=at)
    return Turn(request, chat(request))


def links(grouped: Grouped) -> list[tuple[int, int]]:
    """The pairs, by number."""
    return [(link.before, link.after) for link in grouped.links]
