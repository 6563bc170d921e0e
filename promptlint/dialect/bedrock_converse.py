"""Bedrock Converse, and Nova's own body for InvokeModel: blocks without a type, each named by its one key.

A `cachePoint` is left out: it says where to cache and is never part of the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from promptlint.dialect.draft import Draft, as_text, fingerprint, function_call, image_part, settings, text_part
from promptlint.dialect.shape import ShapeError, objects, optional_object, optional_objects, text, text_or_objects
from promptlint.dialect.turn import Turn
from promptlint.model import Chat, JsonObject

URL: re.Pattern[str] = re.compile(r"/converse(?:-stream)?$")
_ONLY_HERE = {"inferenceConfig", "toolConfig", "additionalModelRequestFields", "guardrailConfig"}
_ELSEWHERE = {"messages", "system", "inferenceConfig", "toolConfig", "modelId", "schemaVersion"}


def accepts(body: JsonObject) -> bool:
    """Has it messages, and a setting or a block as only this API has them."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        return False
    return bool(_ONLY_HERE & body.keys()) or any(
        "type" not in block and _BLOCKS.keys() & block.keys() for block in _blocks(messages)
    )


def _blocks(messages: list[Any]) -> Iterator[JsonObject]:
    for message in messages:
        content = message.get("content") if isinstance(message, dict) else None
        yield from (block for block in content if isinstance(block, dict)) if isinstance(content, list) else ()


def normalise(body: JsonObject) -> Chat:
    """System first, then the messages, each block as the chat form has it."""
    draft = Draft()
    _add_system(draft, body.get("system"))
    for number, message in enumerate(objects(body.get("messages"), "/messages")):
        _add_message(draft, message, f"/messages/{number}")
    parameters = {key: value for key, value in body.items() if key not in _ELSEWHERE}
    if "modelId" in body:
        parameters["model"] = body["modelId"]
        draft.origins["/model"] = "/modelId"
    parameters |= settings(draft, optional_object(body.get("inferenceConfig"), "/inferenceConfig"), "/inferenceConfig")
    _add_tools(draft, parameters, optional_object(body.get("toolConfig"), "/toolConfig"))
    return Chat(draft.messages, draft.tools, parameters, draft.origins, limits=draft.limits)


def _add_system(draft: Draft, system: Any) -> None:
    content = text_or_objects(system, "/system")
    if isinstance(content, str) and content:
        draft.add({"role": "system", "content": content}, "/system", content="/system")
    if isinstance(content, list) and any("cachePoint" not in block for block in content):
        _add_blocks(Turn(draft, "system", "/system", "/system"), content)


def _add_message(draft: Draft, message: JsonObject, origin: str) -> None:
    role = text(message.get("role"), origin + "/role")
    content = text_or_objects(message.get("content"), origin + "/content")
    if isinstance(content, list):
        _add_blocks(Turn(draft, role, origin, origin + "/content"), content)
    else:
        draft.add({"role": role, "content": content}, origin)


def _add_blocks(turn: Turn, blocks: list[JsonObject]) -> None:
    for number, block in enumerate(blocks):
        place = f"{turn.blocks}/{number}"
        kind = next((key for key in block if key in _BLOCKS), None)
        if kind is None:
            _say_other(turn, block, place)
        else:
            _BLOCKS[kind](turn, block[kind], f"{place}/{kind}")
    turn.end()


def _add_text(turn: Turn, value: Any, origin: str) -> None:
    turn.say(text_part(text(value, origin)), origin.rpartition("/")[0])


def _add_call(turn: Turn, value: Any, origin: str) -> None:
    use = optional_object(value, origin)
    call = function_call(use.get("name"), use.get("input", {}), use.get("toolUseId"))
    turn.call(call, origin, origin + "/input", origin + "/toolUseId")


def _add_result(turn: Turn, value: Any, origin: str) -> None:
    result = optional_object(value, origin)
    blocks = optional_objects(result.get("content"), origin + "/content") or []
    if result.get("status") == "error":
        turn.draft.limit("the status of a tool result has no place in a chat message")
    parts = [_result_part(turn.draft, block) for block in blocks]
    pointer = turn.answer(
        {"tool_call_id": result.get("toolUseId"), "content": parts}, origin, tool_call_id=origin + "/toolUseId"
    )
    for number, block in enumerate(blocks):
        if "json" in block:
            turn.draft.origins[f"{pointer}/content/{number}/text"] = f"{origin}/content/{number}/json"
        if isinstance(block.get("image"), dict):
            turn.draft.origins[f"{pointer}/content/{number}/image_url/url"] = _image_place(
                block["image"], f"{origin}/content/{number}/image"
            )


def _result_part(draft: Draft, block: JsonObject) -> JsonObject:
    if isinstance(block.get("text"), str):
        return text_part(block["text"])
    if isinstance(block.get("json"), dict):
        return text_part(as_text(block["json"]))
    if isinstance(block.get("image"), dict):
        return image_part(_image_url(block["image"]))
    kind = next((key for key in block if key in _MEDIA), None)
    if kind is not None:
        return text_part(_medium(draft, kind, block[kind]))
    draft.limit(f"blocks of type {', '.join(block)[:40]} are shown as their JSON text")
    return text_part(as_text(block))


def _add_thought(turn: Turn, value: Any, origin: str) -> None:
    """Signatures are no text; what the provider has encrypted is shown by a fingerprint."""
    content = optional_object(value, origin)
    reasoning = content.get("reasoningText")
    if isinstance(reasoning, dict):
        place = origin + "/reasoningText/text"
        turn.think(text(reasoning.get("text", ""), place), place)
    elif content:
        turn.draft.limit("redacted reasoning is shown by a fingerprint of its content")
        turn.say(text_part(fingerprint("redacted reasoning", content)), origin)


def _add_image(turn: Turn, value: Any, origin: str) -> None:
    image = optional_object(value, origin)
    turn.say(image_part(_image_url(image)), origin, url=_image_place(image, origin))


def _image_url(image: JsonObject) -> Any:
    source = image.get("source")
    if not isinstance(source, dict):
        return source
    if "bytes" in source:
        return f"data:image/{image.get('format')};base64,{source['bytes']}"
    location = source.get("s3Location")
    return location.get("uri") if isinstance(location, dict) else location


def _image_place(image: JsonObject, origin: str) -> str:
    source = image.get("source")
    if not isinstance(source, dict):
        return origin + "/source"
    return origin + ("/source/bytes" if "bytes" in source else "/source/s3Location/uri")


def _say_medium(kind: str) -> Callable[[Turn, Any, str], None]:
    def add(turn: Turn, value: Any, origin: str) -> None:
        turn.say(text_part(_medium(turn.draft, kind, value)), origin)

    return add


def _medium(draft: Draft, kind: str, value: Any) -> str:
    draft.limit(f"a {kind} is shown by a fingerprint of its content")
    return fingerprint(kind, value)


def _add_guarded(turn: Turn, value: Any, origin: str) -> None:
    inner = value.get("text") if isinstance(value, dict) else None
    if isinstance(inner, dict) and isinstance(inner.get("text"), str):
        turn.say(text_part(inner["text"]), origin + "/text")
    else:
        _say_other(turn, {"guardContent": value}, origin)


def _add_cited(turn: Turn, value: Any, origin: str) -> None:
    """What the model said with sources: its texts, as it would have said them without."""
    content = optional_objects(optional_object(value, origin).get("content"), origin + "/content")
    for number, one in enumerate(content or ()):
        place = f"{origin}/content/{number}"
        turn.say(text_part(text(one.get("text"), place + "/text")), place)


def _pass_over(_turn: Turn, _value: Any, _origin: str) -> None:
    """Where to cache is no part of the prompt."""


def _say_other(turn: Turn, block: JsonObject, origin: str) -> None:
    turn.draft.limit(f"blocks of type {', '.join(block)[:40]} are shown as their JSON text")
    turn.say(text_part(as_text(block)), origin)


_MEDIA = ("document", "video", "audio")
_BLOCKS: dict[str, Callable[[Turn, Any, str], None]] = {
    "text": _add_text,
    "toolUse": _add_call,
    "toolResult": _add_result,
    "reasoningContent": _add_thought,
    "image": _add_image,
    "guardContent": _add_guarded,
    "citationsContent": _add_cited,
    "cachePoint": _pass_over,
    **{kind: _say_medium(kind) for kind in _MEDIA},
}


def _add_tools(draft: Draft, parameters: JsonObject, config: JsonObject) -> None:
    if "toolChoice" in config:
        parameters["tool_choice"] = config["toolChoice"]
        draft.origins["/tool_choice"] = "/toolConfig/toolChoice"
    for number, tool in enumerate(optional_objects(config.get("tools"), "/toolConfig/tools") or ()):
        origin = f"/toolConfig/tools/{number}"
        if isinstance(tool.get("toolSpec"), dict):
            _add_tool(draft, tool["toolSpec"], origin + "/toolSpec")
        elif "cachePoint" not in tool:
            name = next(iter(tool), "unknown")
            member = tool.get(name)
            draft.add_hosted_tool({**(member if isinstance(member, dict) else {}), "type": name}, origin)


def _add_tool(draft: Draft, spec: JsonObject, origin: str) -> None:
    schema = spec.get("inputSchema")
    if not isinstance(schema, dict):
        raise ShapeError(origin + "/inputSchema", "an object", schema)
    function = {
        ("parameters" if key == "inputSchema" else key): (schema.get("json", schema) if key == "inputSchema" else value)
        for key, value in spec.items()
    }
    draft.add_tool(function, origin, parameters=origin + "/inputSchema" + ("/json" if "json" in schema else ""))
