"""openclaw's cache traces: what its agent was about to stream, stage by stage, in its own message shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.composed import Composed
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.json_text import shown
from promptlint.capture.message_parts import MessageParts
from promptlint.capture.response import instant
from promptlint.dialect.draft import Draft, as_text, image_part
from promptlint.dialect.shape import kind_of
from promptlint.model import JsonObject, Request, Skipped

ABOUT = About("openclaw cache traces", tools=False, cached_tokens=False)
_REQUEST = "stream:context"


def accepts(document: Document) -> bool:
    """A stage with its number, or with the fingerprints of its messages."""
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("stage"), str):
        return False
    return "seq" in data or "messageFingerprints" in data


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The request, where the stage is the one that is sent."""
    reason = _why_none(document.data)
    if reason is not None:
        yield Skipped(document.container("") or "", reason)
    else:
        yield from request_or_skipped(document, name, _exchange(document))


def _why_none(record: JsonObject) -> str | None:
    messages, count = record.get("messages"), record.get("messageCount")
    if record["stage"] != _REQUEST:
        return f"the stage {shown(record['stage'])}, not {_REQUEST}: nothing is sent there"
    if not isinstance(messages, list):
        return "the trace was written without its messages"
    if isinstance(count, int) and count > len(messages):
        return f"only {len(messages)} of {count} messages are in the trace"
    return None


def _exchange(document: Document) -> Exchange:
    record = document.data
    draft, composed = Draft(), Composed()
    composed.put("model", record.get("modelId"), "/modelId")
    _add_system(draft, record.get("system"))
    for number, message in enumerate(record["messages"]):
        if isinstance(message, dict):
            _add(draft, message, f"/messages/{number}")
    composed.put_draft(draft)
    session = record.get("sessionId")
    return Exchange(
        "",
        composed.body,
        recorded_at=instant(record.get("ts")),
        session=session if isinstance(session, str) and session else None,
        dialect="openai_chat",
        source=composed.source(document, ""),
    )


def _add_system(draft: Draft, system: Any) -> None:
    if isinstance(system, str) and system:
        draft.add({"role": "system", "content": system}, "/system", content="/system")
    elif isinstance(system, list) and system:
        _parts(system, "/system").add_to(draft, "system", "/system")


def _add(draft: Draft, message: JsonObject, origin: str) -> None:
    role, content = message.get("role"), message.get("content")
    parts = _parts(content, origin + "/content")
    if role in ("toolResult", "tool"):
        key = "toolCallId" if "toolCallId" in message else "tool_call_id"
        pointer = parts.add_to(draft, "tool", origin, tool_call_id=message.get(key))
        draft.origins[pointer + "/tool_call_id"] = f"{origin}/{key}"
    else:
        kept = {"tool_calls": message["tool_calls"]} if message.get("tool_calls") else {}
        parts.add_to(draft, role if isinstance(role, str) else "user", origin, **kept)


def _parts(content: Any, origin: str) -> MessageParts:
    found = MessageParts()
    if isinstance(content, str):
        found.say(content, origin)
    for number, part in enumerate(content if isinstance(content, list) else ()):
        place = f"{origin}/{number}"
        if isinstance(part, dict):
            _add_part(found, part, place)
        elif isinstance(part, str):
            found.say(part, place)
    return found


def _add_part(found: MessageParts, part: JsonObject, place: str) -> None:
    kind = kind_of(part)
    if kind == "text" and isinstance(part.get("text"), str):
        found.say(part["text"], place + "/text")
    elif kind == "thinking":
        found.think(part.get("thinking"), place + "/thinking")
    elif kind == "toolCall":
        found.call(part, place, "arguments")
    elif kind == "tool_use":
        found.call(part, place, "input")
    elif kind == "image":
        found.show(image_part(f"data:{part.get('mimeType')};base64,{part.get('data')}"), place)
    else:
        found.say(as_text(part), place)
