"""Messages and tools as GenAI spans spell them → the chat form."""

from __future__ import annotations

from typing import Any

from promptlint.capture.message_parts import MessageParts
from promptlint.dialect.draft import Draft, as_text, image_part
from promptlint.dialect.shape import kind_of
from promptlint.errors import InputError
from promptlint.model import JsonObject


def add_system(draft: Draft, system: Any, pointer: str) -> None:
    """The instructions: text, or a list of parts."""
    parts = MessageParts()
    if isinstance(system, str):
        parts.say(system, pointer)
    for number, part in enumerate(system if isinstance(system, list) else ()):
        _add_part(parts, part, f"{pointer}/{number}")
    if not parts.is_empty:
        parts.add_to(draft, "system", pointer)


def add_message(draft: Draft, message: JsonObject, pointer: str) -> str:
    """A message with `parts`, or one that has the chat form already. Returns its pointer in the draft."""
    role, parts = message.get("role"), message.get("parts")
    if not isinstance(role, str):
        raise InputError("a message of the span has no role")
    if not isinstance(parts, list):
        return draft.add({"content": None} | message, pointer)
    rest, found = MessageParts(), ""
    for number, part in enumerate(parts):
        place = f"{pointer}/parts/{number}"
        if isinstance(part, dict) and kind_of(part) == "tool_call_response":
            found = _add_result(draft, part, place)
        else:
            _add_part(rest, part, place)
    if not rest.is_empty or not found:
        found = rest.add_to(draft, role, pointer)
    return found


def _add_result(draft: Draft, part: JsonObject, place: str) -> str:
    key = "response" if "response" in part else "result"
    result = part.get(key)
    content = result if isinstance(result, str) else as_text(result) if isinstance(result, dict) else _listed(result)
    message = {"role": "tool", "tool_call_id": part.get("id"), "content": content}
    return draft.add(message, place, tool_call_id=f"{place}/id", content=f"{place}/{key}")


def _listed(result: Any) -> str:
    """A result that is neither text nor object, as text."""
    return "" if result is None else as_text({"result": result})


def _add_part(found: MessageParts, part: Any, place: str) -> None:
    if isinstance(part, str):
        found.say(part, place)
        return
    if not isinstance(part, dict):
        raise InputError("a part of a message of the span is no object")
    kind = kind_of(part)
    key = "content" if "content" in part else "text"
    if kind in ("text", "untyped") and isinstance(part.get(key), str):
        found.say(part[key], f"{place}/{key}")
    elif kind in ("reasoning", "thinking"):
        found.think(part.get("content"), place + "/content")
    elif kind == "tool_call":
        found.call(part, place, "arguments")
    elif kind in ("uri", "blob") and part.get("modality") == "image":
        found.show(image_part(part.get("uri", part.get("content"))), place)
    else:
        found.say(as_text(part), place)


def add_tool(draft: Draft, tool: Any, pointer: str) -> None:
    """A tool that stands flat, as Anthropic has it, or in the chat form."""
    if not isinstance(tool, dict):
        raise InputError("a tool of the span is no object")
    if isinstance(tool.get("function"), dict):
        draft.add_tool(tool["function"], pointer)
        draft.origins[f"/tools/{len(draft.tools or ()) - 1}/function"] = pointer + "/function"
    elif "name" in tool:
        key = "input_schema" if "input_schema" in tool else "parameters"
        function = {("parameters" if name == key else name): value for name, value in tool.items() if name != "type"}
        draft.add_tool(function, pointer, parameters=f"{pointer}/{key}")
    else:
        draft.add_hosted_tool(tool, pointer)
