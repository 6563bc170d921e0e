"""Gemini generateContent: contents made of parts, a system instruction beside them, function declarations as tools.

Clients write it in camel case and in snake case, the SDKs put the settings under `config`, and Code Assist puts all
of it under `request`. A `thoughtSignature` is left out: it is no text of the prompt.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from promptlint.dialect.draft import Draft, as_text, fingerprint, function_call, image_part, settings, text_part
from promptlint.dialect.shape import ShapeError, objects, optional_object, text
from promptlint.dialect.turn import Turn
from promptlint.model import Chat, JsonObject
from promptlint.positions import step

URL: re.Pattern[str] = re.compile(r":(?:streamG|g)enerateContent$")
_SYSTEM = ("systemInstruction", "system_instruction")
_CONFIG = ("generationConfig", "generation_config")
_CACHED = ("cachedContent", "cached_content")
_DECLARATIONS = ("functionDeclarations", "function_declarations")
_SCHEMAS = ("parametersJsonSchema", "parameters_json_schema")
_ROLES = {"model": "assistant", "function": "user", "tool": "user"}
# A list of contents is sent to other endpoints too, to be embedded or to be stored.
_NO_CHAT = {"ttl", "expireTime", "expire_time", "taskType", "task_type", "candidates"}


class _Member(NamedTuple):
    """A member of an object under one of its two names, with its pointer."""

    value: Any
    origin: str


def accepts(body: JsonObject) -> bool:
    """Has it contents made of parts, or in a word, and is it not to be embedded or stored."""
    inner = body.get("request")
    body = {**body, **inner} if isinstance(inner, dict) and "contents" in inner else body
    contents = body.get("contents")
    if _NO_CHAT & body.keys() or "embed" in str(body.get("model")):
        return False
    listed = contents if isinstance(contents, list) else [contents]
    if any(isinstance(one, dict) and "parts" in one for one in listed):
        return True
    named = isinstance(body.get("model"), str) and (isinstance(body.get("config"), dict) or "gemini" in body["model"])
    return named and bool(listed) and all(isinstance(one, str) for one in listed)


def normalise(body: JsonObject) -> Chat:
    """The system instruction first, then the contents, each part as the chat form has it."""
    root = "/request" if "contents" not in body and isinstance(body.get("request"), dict) else ""
    inner = body["request"] if root else body
    config = optional_object(inner.get("config"), root + "/config")
    holders = ((inner, root), (config, root + "/config"))
    draft = Draft()
    for holder, at in holders:
        _add_system(draft, _member(holder, at, _SYSTEM))
    _add_contents(draft, inner.get("contents"), root + "/contents")
    for holder, at in holders:
        _add_tools(draft, _member(holder, at, ("tools",)))
        if _member(holder, at, _CACHED) is not None:
            draft.limit("the prefix is on the server (cachedContent): this is only the end of the prompt")
    return Chat(draft.messages, draft.tools, _parameters(draft, body, inner, root), draft.origins, limits=draft.limits)


def _member(holder: JsonObject, origin: str, names: tuple[str, ...]) -> _Member | None:
    found = (_Member(holder[name], origin + step(name)) for name in names if holder.get(name) is not None)
    return next(found, None)


def _parameters(draft: Draft, body: JsonObject, inner: JsonObject, root: str) -> JsonObject:
    elsewhere = {"contents", "tools", "config", *_SYSTEM, *_CONFIG}
    parameters = {key: value for key, value in inner.items() if key not in elsewhere}
    draft.origins.update({step(key): root + step(key) for key in parameters if root})
    if "model" in body:
        parameters["model"] = body["model"]
        draft.origins["/model"] = "/model"
    for names in (_CONFIG, ("config",)):
        found = _member(inner, root, names)
        if found is not None:
            values = optional_object(found.value, found.origin)
            kept = {key: value for key, value in values.items() if key not in {"tools", *_SYSTEM}}
            parameters |= settings(draft, kept, found.origin)
    return parameters


def _add_system(draft: Draft, system: _Member | None) -> None:
    """A string, a content, parts, or a part: the API is the only one of all that takes each."""
    if system is None or not system.value:
        return
    value, at = system
    if isinstance(value, dict) and "parts" in value:
        value, at = value["parts"], at + "/parts"
    parts, places = _listed(value, at)
    if any(part.get("text") != "" if isinstance(part, dict) else part for part in parts):
        _add_parts(Turn(draft, "system", system.origin, at), parts, places)


def _add_contents(draft: Draft, contents: Any, origin: str) -> None:
    values, places = _listed(contents, origin)
    for value, place in zip(values, places, strict=True):
        if isinstance(value, str):
            draft.add({"role": "user", "content": value}, place, content=place)
        elif isinstance(value, dict) and "parts" not in value and "role" not in value:
            _add_parts(Turn(draft, "user", place, place), [value], [place])
        else:
            _add_content(draft, value, place)


def _add_content(draft: Draft, content: Any, origin: str) -> None:
    if not isinstance(content, dict):
        raise ShapeError(origin, "an object", content)
    role = text(content.get("role") or "user", origin + "/role")
    turn = Turn(draft, _ROLES.get(role, role), origin, origin + "/parts")
    _add_parts(turn, *_listed(content.get("parts") or [], origin + "/parts"))


def _listed(value: Any, origin: str) -> tuple[list[Any], list[str]]:
    """A list, or the one thing that stands for it, with the pointer of each."""
    if isinstance(value, list):
        return value, [f"{origin}/{number}" for number in range(len(value))]
    if isinstance(value, str | dict):
        return [value], [origin]
    raise ShapeError(origin, "a string, an object or a list", value)


def _add_parts(turn: Turn, parts: list[Any], places: list[str]) -> None:
    for part, place in zip(parts, places, strict=True):
        if isinstance(part, str):
            turn.say(text_part(part), place, text=place)
        elif isinstance(part, dict):
            _add_part(turn, part, place)
        else:
            raise ShapeError(place, "a string or an object", part)
    turn.end()


def _add_part(turn: Turn, part: JsonObject, origin: str) -> None:
    call, answer = (
        _member(part, origin, names)
        for names in (("functionCall", "function_call"), ("functionResponse", "function_response"))
    )
    if isinstance(part.get("text"), str):
        if part.get("thought") is True:
            turn.think(part["text"], origin + "/text")
        else:
            turn.say(text_part(part["text"]), origin)
    elif call is not None:
        _add_call(turn, optional_object(call.value, call.origin), call.origin)
    elif answer is not None:
        _add_answer(turn, optional_object(answer.value, answer.origin), answer.origin)
    else:
        _add_medium(turn, part, origin)


def _add_call(turn: Turn, value: JsonObject, origin: str) -> None:
    call = function_call(value.get("name"), value.get("args") or {}, value.get("id"))
    turn.call(call, origin, origin + "/args", origin + "/id")


def _add_answer(turn: Turn, value: JsonObject, origin: str) -> None:
    """SDKs put the text that a function returned under one of two names; everything else is shown as JSON."""
    response, place = value.get("response"), origin + "/response"
    if isinstance(response, dict):
        only = next((key for key in ("result", "output") if list(response) == [key]), None)
        if only is not None and isinstance(response[only], str):
            response, place = response[only], place + step(only)
        else:
            response = as_text(response)
    result = {key: member for key, member in (("name", value.get("name")), ("tool_call_id", value.get("id"))) if member}
    message = {**result, "content": text(response or "", place)}
    turn.answer(message, origin, content=place, tool_call_id=origin + "/id")


def _add_medium(turn: Turn, part: JsonObject, origin: str) -> None:
    inline, file = (
        _member(part, origin, names) for names in (("inlineData", "inline_data"), ("fileData", "file_data"))
    )
    found = inline or file
    if found is None:
        _add_other(turn, part, origin)
        return
    value = optional_object(found.value, found.origin)
    kind = str(value.get("mimeType") or value.get("mime_type"))
    key = "data" if inline else "fileUri" if "fileUri" in value else "file_uri"
    if kind.startswith("image/"):
        url = f"data:{kind};base64,{value.get(key)}" if inline else value.get(key)
        turn.say(image_part(url), found.origin, url=found.origin + step(key))
    else:
        turn.draft.limit("a file is shown by a fingerprint of its content, or of its address")
        turn.say(text_part(fingerprint(kind, value.get(key))), found.origin)


def _add_other(turn: Turn, part: JsonObject, origin: str) -> None:
    kept = {key: value for key, value in part.items() if key not in {"thoughtSignature", "thought_signature"}}
    if not kept.keys() - {"thought", "text"}:  # a signature without a text
        return
    turn.draft.limit(f"parts of type {', '.join(kept)[:40]} are shown as their JSON text")
    turn.say(text_part(as_text(kept)), origin)


def _add_tools(draft: Draft, tools: _Member | None) -> None:
    if tools is None:
        return
    draft.tools = draft.tools or []
    values, places = _listed(tools.value, tools.origin)
    for tool, origin in zip(values, places, strict=True):
        for key, value in optional_object(tool, origin).items():
            if key in _DECLARATIONS:
                _add_functions(draft, value, origin + step(key))
            elif value is not None:
                draft.add_hosted_tool({**(value if isinstance(value, dict) else {}), "type": key}, origin)


def _add_functions(draft: Draft, declarations: Any, origin: str) -> None:
    values, places = _listed(declarations or [], origin)
    for function, place in zip(objects(values, origin), places, strict=True):
        renamed = {("parameters" if key in _SCHEMAS else key): value for key, value in function.items()}
        given = next((key for key in _SCHEMAS if key in function), "parameters")
        draft.add_tool(renamed, place, parameters=place + step(given))
