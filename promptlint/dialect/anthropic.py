"""Anthropic Messages: system beside the messages, content blocks for calls, results and thinking, flat tools.

`cache_control` is left out: it says where to cache and is never part of the prompt.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from promptlint.dialect.draft import Draft, as_text, function_call, image_part, text_part
from promptlint.dialect.shape import kind_of, objects, optional_objects, text, text_or_objects
from promptlint.model import Chat, JsonObject

URL: re.Pattern[str] = re.compile(r"/messages$")
_BLOCKS = {"tool_use", "tool_result", "thinking", "redacted_thinking", "server_tool_use", "document"}
_ELSEWHERE = {"system", "messages", "tools", "cache_control"}


def accepts(body: JsonObject) -> bool:
    """Has it messages, something that only this API has, and nothing that only chat completions have."""
    messages = body.get("messages")
    if not isinstance(messages, list) or _is_openai(body, messages):
        return False
    return (
        "system" in body
        or "anthropic_version" in body
        or any("input_schema" in tool for tool in _objects_of(body.get("tools")))
        or any(kind_of(block) in _BLOCKS for message in _objects_of(messages) for block in _blocks_of(message))
        or str(body.get("model", "")).startswith("claude")
    )


def _is_openai(body: JsonObject, messages: list[Any]) -> bool:
    """Gateways serve claude models under chat completions too."""
    if any("function" in tool for tool in _objects_of(body.get("tools"))):
        return True
    roles = ("developer", "tool") if "system" in body else ("system", "developer", "tool")
    return any(message.get("role") in roles or "tool_calls" in message for message in _objects_of(messages))


def _objects_of(value: Any) -> Iterator[JsonObject]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _blocks_of(message: JsonObject) -> Iterator[JsonObject]:
    yield from _objects_of(message.get("content"))


def normalise(body: JsonObject) -> Chat:
    """System first, then the messages, each block as the chat form has it."""
    draft = Draft()
    _add_system(draft, text_or_objects(body.get("system"), "/system"))
    for number, message in enumerate(objects(body.get("messages"), "/messages")):
        _add_message(draft, message, f"/messages/{number}")
    tools = optional_objects(body.get("tools"), "/tools")
    draft.tools = None if tools is None else []
    for number, tool in enumerate(tools or ()):
        if tool.get("defer_loading"):
            draft.limit(
                "tools with defer_loading are no part of the prefix: they are loaded when they are searched for"
            )
        else:
            _add_tool(draft, tool, f"/tools/{number}")
    parameters = {key: value for key, value in body.items() if key not in _ELSEWHERE}
    return Chat(draft.messages, draft.tools, parameters, draft.origins, limits=draft.limits)


def _add_system(draft: Draft, system: str | list[JsonObject] | None) -> None:
    if not system:
        return
    content = system if isinstance(system, str) else [_part(draft, block) for block in system]
    draft.add({"role": "system", "content": content}, "/system", content="/system")


def _add_message(draft: Draft, message: JsonObject, origin: str) -> None:
    role = text(message.get("role"), origin + "/role")
    content = text_or_objects(message.get("content"), origin + "/content")
    if not isinstance(content, list):
        draft.add({"role": role, "content": content}, origin)
    elif role == "assistant":
        _add_assistant(draft, content, origin)
    else:
        _add_user(draft, role, content, origin)


def _add_user(draft: Draft, role: str, blocks: list[JsonObject], origin: str) -> None:
    """Tool results become messages of their own, before what the user says with them."""
    rest = []
    for number, block in enumerate(blocks):
        if kind_of(block) == "tool_result":
            _add_result(draft, block, f"{origin}/content/{number}")
        else:
            rest.append((number, block))
    # The API wants results first, so nothing is turned round that it would have accepted in another order.
    if rest or not blocks:
        pointer = draft.add({"role": role, "content": [_part(draft, block) for _, block in rest]}, origin)
        _note_parts(draft, pointer, origin, rest)


def _add_result(draft: Draft, block: JsonObject, origin: str) -> None:
    content = text_or_objects(block.get("content"), origin + "/content")
    parts = [_part(draft, part) for part in content] if isinstance(content, list) else content or ""
    if block.get("is_error"):
        draft.limit("is_error of a tool result has no place in a chat message")
    message = {"role": "tool", "tool_call_id": block.get("tool_use_id"), "content": parts}
    pointer = draft.add(message, origin, tool_call_id=origin + "/tool_use_id")
    if isinstance(content, list):
        _note_parts(draft, pointer, origin, list(enumerate(content)))


def _add_assistant(draft: Draft, blocks: list[JsonObject], origin: str) -> None:
    message: JsonObject = {"role": "assistant", "content": None}
    pointer = draft.add(message, origin)
    spoken: list[int] = []
    for number, block in enumerate(blocks):
        place = f"{origin}/content/{number}"
        if kind_of(block) == "tool_use":
            call = function_call(block.get("name"), block.get("input", {}), block.get("id"))
            draft.add_call(message, pointer, call, place, arguments=place + "/input")
        elif kind_of(block) == "thinking":
            _add_thinking(draft, message, pointer, block, place)
        else:
            spoken.append(number)
            if "tool_calls" in message:
                draft.limit("text behind a tool call of the same message is shown before it")
    if spoken or not blocks:
        message["content"] = [_part(draft, blocks[number]) for number in spoken]
    _note_parts(draft, pointer, origin, [(number, blocks[number]) for number in spoken])


def _add_thinking(draft: Draft, message: JsonObject, pointer: str, block: JsonObject, origin: str) -> None:
    thought = text(block.get("thinking", ""), origin + "/thinking")
    earlier = message.get("reasoning_content")
    if earlier is not None:
        draft.limit("several thinking blocks of one message are joined")
    message["reasoning_content"] = thought if earlier is None else f"{earlier}\n{thought}"
    # Of joined thoughts no single block is the origin: the content as a whole is.
    place = f"{origin}/thinking" if earlier is None else origin.rpartition("/")[0]
    draft.origins[f"{pointer}/reasoning_content"] = place


def _note_parts(draft: Draft, pointer: str, origin: str, blocks: list[tuple[int, JsonObject]]) -> None:
    """Where the parts of a message stand, when other blocks between them are gone; an image's data stands deeper."""
    for part, (number, block) in enumerate(blocks):
        place = f"{origin}/content/{number}"
        draft.move(f"{pointer}/content/{part}", place)
        if kind_of(block) == "image":
            draft.origins[f"{pointer}/content/{part}/image_url/url"] = place + _image_place(block.get("source"))


def _part(draft: Draft, block: JsonObject) -> JsonObject:
    kind = kind_of(block)
    if kind == "text" and isinstance(block.get("text"), str):
        return text_part(block["text"])
    if kind == "image":
        return image_part(_image_url(block.get("source")))
    # A PDF in base64 as prompt text would outweigh all the rest; what matters is whether it is the same one.
    if kind == "document":
        draft.limit("a document is shown by a fingerprint of its content")
        return text_part(f"[document {hashlib.sha256(as_text(block).encode('utf-8', 'replace')).hexdigest()[:16]}]")
    draft.limit(f"blocks of type {kind} are shown as their JSON text")
    return text_part(as_text(block))


def _image_url(source: Any) -> Any:
    if not isinstance(source, dict) or source.get("type") != "base64":
        return source.get("url", source.get("file_id")) if isinstance(source, dict) else source
    return f"data:{source.get('media_type')};base64,{source.get('data')}"


def _image_place(source: Any) -> str:
    if not isinstance(source, dict):
        return "/source"
    return "/source/" + ("data" if source.get("type") == "base64" else "url" if "url" in source else "file_id")


def _add_tool(draft: Draft, tool: JsonObject, origin: str) -> None:
    if "input_schema" not in tool:
        draft.add_hosted_tool(tool, origin)
        return
    names = {"input_schema": "parameters"}
    function = {names.get(key, key): value for key, value in tool.items() if key not in {"cache_control", "type"}}
    draft.add_tool(function, origin, parameters=origin + "/input_schema")
