"""A llama.cpp server's own shape of messages and tools: rebuilt from what it knows, everything else is lost.

Rows 1, 2, 5, 6, 8 and 9 of the comparison of engines. Source: llama.cpp common/chat.cpp and
tools/server/server-common.cpp, read; the error texts are the server's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from promptlint.errors import TemplateError
from promptlint.model import JsonObject
from promptlint.render.profile.media import modality, placeholder

BLANKS = " \t\n\r\v\f"
MEDIA = "media_marker"
INT64, UINT64 = range(-(2**63), 2**63), range(2**64)


def refused(message: str) -> TemplateError:
    """The server answers HTTP 400."""
    return TemplateError(message, kind="invalid_request_error")


def failed(message: str) -> TemplateError:
    """The server answers HTTP 500."""
    return TemplateError(message, kind="server_error")


def rebuilt_messages(messages: Sequence[Any]) -> list[JsonObject]:
    """The messages with only the keys that the server knows, in its order; content as text or as text parts."""
    return [_message(message) for message in messages]


def _message(message: Any) -> JsonObject:
    if not isinstance(message, dict):
        raise failed("Failed to parse messages: Expected 'message' to be an object")
    if not isinstance(message.get("role"), str):
        raise failed("Failed to parse messages: Missing 'role' in message")
    known: JsonObject = {"role": message["role"], "content": _content(message)}
    for key in ("reasoning_content", "name", "tool_call_id"):
        if text := _optional_text(message, key):
            known[key] = text
    if calls := [_call(call) for call in message.get("tool_calls") or ()]:
        known["tool_calls"] = calls
    return known


def _optional_text(owner: JsonObject, key: str) -> str:
    value = owner.get(key)
    if value is None or isinstance(value, str):
        return value or ""
    raise failed(f"Failed to parse messages: '{key}' must be a string")


def _content(message: JsonObject) -> str | list[JsonObject]:
    if "content" not in message:
        return _no_content(message)
    content = message["content"]
    if content is None or isinstance(content, str):
        return content or ""
    if not isinstance(content, list):
        raise refused("Expected 'content' to be a string or an array")
    parts = [_part(part) for part in content]
    if any(part["type"] == MEDIA for part in parts):
        return joined(parts)
    return parts or ""


def _no_content(message: JsonObject) -> str:
    if message["role"] != "assistant":
        raise refused("All non-assistant messages must contain 'content'")
    if "tool_calls" not in message:
        raise refused("Assistant message must contain either 'content' or 'tool_calls'!")
    return ""


def _part(part: Any) -> JsonObject:
    if not isinstance(part, dict):
        raise refused("unsupported content[].type")
    if part.get("type") == "text":
        if not isinstance(part.get("text"), str):
            raise failed("Failed to parse messages: 'text' of a content part must be a string")
        return {"type": "text", "text": part["text"]}
    if (kind := modality(part)) is None:
        raise refused("unsupported content[].type")
    return {"type": MEDIA, "text": placeholder(part, kind)}


def joined(parts: Sequence[JsonObject]) -> str:
    """Text parts in lines of their own; nothing is put around the mark of a medium."""
    text, after_medium = "", False
    for part in parts:
        medium = part["type"] == MEDIA
        text += "\n" if text and not medium and not after_medium else ""
        text += part["text"]
        after_medium = medium
    return text


def _call(call: Any) -> JsonObject:
    if not isinstance(call, dict) or "type" not in call:
        raise failed("Failed to parse messages: Missing tool call type")
    if call["type"] != "function":
        raise failed("Failed to parse messages: Unsupported tool call type")
    function = call.get("function")
    if not isinstance(function, dict):
        raise failed("Failed to parse messages: Missing tool call function")
    if not isinstance(function.get("name"), str):
        raise failed("Failed to parse messages: Missing tool call name")
    if "arguments" not in function:
        raise failed("Failed to parse messages: key 'arguments' not found")
    known: JsonObject = {"type": "function", "function": {"name": function["name"], "arguments": _text_of(function)}}
    if name := _optional_text(call, "id"):
        known["id"] = name
    return known


def _text_of(function: JsonObject) -> str:
    arguments = function["arguments"]
    if isinstance(arguments, str):
        return arguments
    return json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))


def decoded(text: str) -> Any:
    """JSON text as the server reads it; raises ValueError or RecursionError."""
    return json.loads(text, parse_constant=_no_constant, parse_int=_integer)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _integer(digits: str) -> int | float:
    number = int(digits)
    return number if number in INT64 or number in UINT64 else float(number)


def rebuilt_tools(tools: Sequence[Any] | None) -> list[JsonObject]:
    """The tools with type and function, the function with name, description and parameters, in this order."""
    return [_tool(tool) for tool in tools or ()]


def _tool(tool: Any) -> JsonObject:
    if not isinstance(tool, dict) or "type" not in tool:
        raise failed("Failed to parse tools: Missing tool type")
    if tool["type"] != "function":
        raise failed("Failed to parse tools: Unsupported tool type")
    function = tool.get("function")
    if not isinstance(function, dict):
        raise failed("Failed to parse tools: Missing tool function")
    if not isinstance(function.get("name"), str):
        raise failed("Failed to parse tools: key 'name' not found")
    known = {
        "name": function["name"],
        "description": function.get("description") or "",
        "parameters": function.get("parameters", {}),
    }
    return {"type": "function", "function": known}


def trimmed(messages: list[JsonObject]) -> list[JsonObject]:
    """All texts without their outer blanks."""
    return [_with_texts(message, lambda text: text.strip(BLANKS)) for message in messages]


def _with_texts(message: JsonObject, change: Callable[[str], str]) -> JsonObject:
    content = message["content"]
    changed = dict(message)
    changed["content"] = (
        change(content) if isinstance(content, str) else [{**part, "text": change(part["text"])} for part in content]
    )
    if reasoning := change(message.get("reasoning_content", "")):
        changed["reasoning_content"] = reasoning
    else:
        changed.pop("reasoning_content", None)
    return changed
