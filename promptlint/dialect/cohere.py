"""Cohere chat: v2 with messages, v1 with the last message beside the history of those before it."""

from __future__ import annotations

import re
from typing import Any

from promptlint.dialect.draft import Draft, as_text, function_call, image_part, text_part
from promptlint.dialect.shape import (
    ShapeError,
    kind_of,
    objects,
    optional_object,
    optional_objects,
    text,
    text_or_objects,
)
from promptlint.model import Chat, JsonObject

URL: re.Pattern[str] = re.compile(r"/v[12]/chat$")
_ONLY_V1 = {"chat_history", "preamble", "tool_results", "conversation_id", "connectors", "prompt_truncation"}
_ONLY_V2 = {"citation_options", "safety_mode", "strict_tools"}
_ELSEWHERE = {"message", "messages", "chat_history", "preamble", "tool_results", "tools"}
_ROLES = {"chatbot": "assistant"}


def accepts(body: JsonObject) -> bool:
    """Has it a message beside a history, or messages with what only this API has."""
    if isinstance(body.get("message"), str):
        return "generation_id" not in body and (
            bool(_ONLY_V1 & body.keys()) or str(body.get("model")).startswith("command")
        )
    messages = body.get("messages")
    if not isinstance(messages, list):
        return False
    return bool(_ONLY_V2 & body.keys()) or any(isinstance(one, dict) and "tool_plan" in one for one in messages)


def normalise(body: JsonObject) -> Chat:
    """The messages in order, whichever version has them where."""
    draft = Draft()
    if "message" in body:
        _add_v1(draft, body)
    else:
        for number, message in enumerate(objects(body.get("messages"), "/messages")):
            _add_v2(draft, message, f"/messages/{number}")
    tools = optional_objects(body.get("tools"), "/tools")
    draft.tools = None if tools is None else []
    for number, tool in enumerate(tools or ()):
        _add_tool(draft, tool, f"/tools/{number}")
    # No documents are the same as an empty list of them.
    parameters = {key: value for key, value in body.items() if key not in _ELSEWHERE and (value or key != "documents")}
    if parameters.get("documents"):
        draft.limit("where the documents stand in the prompt is not known: they are not shown")
    return Chat(draft.messages, draft.tools, parameters, draft.origins, limits=draft.limits)


def _add_v1(draft: Draft, body: JsonObject) -> None:
    if body.get("conversation_id"):
        draft.limit("the prefix is on the server (conversation_id): this is only the end of the prompt")
    if body.get("preamble"):
        preamble = text(body["preamble"], "/preamble")
        draft.add({"role": "system", "content": preamble}, "/preamble", content="/preamble")
    for number, message in enumerate(optional_objects(body.get("chat_history"), "/chat_history") or ()):
        _add_past(draft, message, f"/chat_history/{number}")
    said, results = text(body["message"], "/message"), body.get("tool_results")
    # Behind a tool call that the history ends with there is nothing said: only the results are new.
    if said or not results:
        draft.add({"role": "user", "content": said}, "/message", content="/message")
    _add_results(draft, results, "/tool_results")


def _add_past(draft: Draft, message: JsonObject, origin: str) -> None:
    role = text(message.get("role"), origin + "/role").lower()
    if role == "tool":
        _add_results(draft, message.get("tool_results"), origin + "/tool_results")
        return
    said: JsonObject = {"role": _ROLES.get(role, role), "content": text(message.get("message") or "", origin)}
    pointer = draft.add(said, origin, content=origin + "/message")
    for number, call in enumerate(optional_objects(message.get("tool_calls"), origin + "/tool_calls") or ()):
        place = f"{origin}/tool_calls/{number}"
        draft.add_call(
            said, pointer, function_call(call.get("name"), call.get("parameters")), place, place + "/parameters"
        )


def _add_results(draft: Draft, results: Any, origin: str) -> None:
    for number, result in enumerate(optional_objects(results, origin) or ()):
        place = f"{origin}/{number}"
        call = optional_object(result.get("call"), place + "/call")
        outputs = optional_objects(result.get("outputs"), place + "/outputs") or []
        pointer = draft.add(
            {"role": "tool", "name": call.get("name"), "content": [text_part(as_text(one)) for one in outputs]},
            place,
            name=place + "/call/name",
            content=place + "/outputs",
        )
        for index in range(len(outputs)):
            draft.origins[f"{pointer}/content/{index}/text"] = f"{place}/outputs/{index}"


def _add_v2(draft: Draft, message: JsonObject, origin: str) -> None:
    optional_objects(message.get("tool_calls"), origin + "/tool_calls")
    content = text_or_objects(message.get("content"), origin + "/content")
    kept = {key: value for key, value in message.items() if key not in {"tool_plan", "citations"}}
    kept["role"] = _ROLES.get(role := text(message.get("role"), origin + "/role").lower(), role)
    pointer = draft.add(kept, origin)
    if message.get("tool_plan"):
        kept["reasoning_content"] = text(message["tool_plan"], origin + "/tool_plan")
        draft.origins[pointer + "/reasoning_content"] = origin + "/tool_plan"
    if isinstance(content, list):
        kept["content"] = []
        for number, part in enumerate(content):
            _add_part(draft, kept, pointer, part, f"{origin}/content/{number}")


def _add_part(draft: Draft, message: JsonObject, pointer: str, part: JsonObject, origin: str) -> None:
    if kind_of(part) == "thinking" and isinstance(part.get("thinking"), str):
        message["reasoning_content"] = part["thinking"]
        draft.origins[pointer + "/reasoning_content"] = origin + "/thinking"
        return
    place = f"{pointer}/content/{len(message['content'])}"
    shown, inner = _part(draft, part)
    message["content"].append(shown)
    draft.move(place, origin, **({"text": origin + inner} if inner else {}))


def _part(draft: Draft, part: JsonObject) -> tuple[JsonObject, str]:
    """A part of the chat form, and where in the part its text stands if that is not under its own name."""
    kind = kind_of(part)
    if kind == "text" and isinstance(part.get("text"), str):
        return text_part(part["text"]), ""
    if kind == "image_url" and isinstance(part.get("image_url"), dict):
        return image_part(part["image_url"].get("url")), ""
    document = part.get("document")
    data = document.get("data") if isinstance(document, dict) else None
    if kind == "document" and isinstance(data, str | dict):
        return text_part(data if isinstance(data, str) else as_text(data)), "/document/data"
    draft.limit(f"parts of type {kind} are shown as their JSON text")
    return text_part(as_text(part)), ""


def _add_tool(draft: Draft, tool: JsonObject, origin: str) -> None:
    function = tool.get("function")
    if isinstance(function, dict):
        draft.add_tool(function, origin + "/function")
        draft.origins[f"/tools/{len(draft.tools or ()) - 1}"] = origin
    elif "parameter_definitions" in tool or "name" in tool:
        _add_v1_tool(draft, tool, origin)
    else:
        raise ShapeError(origin, "a tool with a name", tool)


def _add_v1_tool(draft: Draft, tool: JsonObject, origin: str) -> None:
    """Its parameters are those of a JSON schema, each with a flag where the schema has a list of what is required."""
    place = origin + "/parameter_definitions"
    definitions = optional_object(tool.get("parameter_definitions"), place)
    for name, definition in definitions.items():
        optional_object(definition, f"{place}/{name}")
    properties = {
        name: {key: value for key, value in (definition or {}).items() if key != "required"}
        for name, definition in definitions.items()
    }
    required = [name for name, definition in definitions.items() if (definition or {}).get("required")]
    function = {key: value for key, value in tool.items() if key != "parameter_definitions"}
    function["parameters"] = {"type": "object", "properties": properties, "required": required}
    draft.add_tool(function, origin, parameters=place)
    draft.origins[f"/tools/{len(draft.tools or ()) - 1}/function/parameters/properties"] = place
