"""OpenAI Responses: instructions and a list of items, of which several make up one assistant message."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from promptlint.dialect.draft import Draft, as_text, function_call, image_part, text_part
from promptlint.dialect.shape import ShapeError, kind_of, objects, optional_objects, text, text_or_objects
from promptlint.model import Chat, JsonObject

URL: re.Pattern[str] = re.compile(r"/responses$")
_ONLY_HERE = {
    "instructions",
    "tools",
    "previous_response_id",
    "conversation",
    "reasoning",
    "max_output_tokens",
    "store",
}
_ELSEWHERE = {"instructions", "input", "tools", "reasoning", "text"}
_ON_THE_SERVER = {
    "previous_response_id": "the prefix is on the server (previous_response_id): this is only the end of the prompt",
    "conversation": "the prefix is on the server (conversation): this is only the end of the prompt",
    "prompt": "the prompt template is on the server (prompt): its text is not known",
}


def accepts(body: JsonObject) -> bool:
    """Has it an input, and something that tells it from a request for embeddings."""
    given = body.get("input")
    if isinstance(given, list) and any(isinstance(item, dict) and _is_item(item) for item in given):
        return True
    return isinstance(given, str) and bool(_ONLY_HERE & body.keys())


def _is_item(item: JsonObject) -> bool:
    return isinstance(item.get("role"), str) or kind_of(item) in _READERS


def normalise(body: JsonObject) -> Chat:
    """Instructions as the system message, then the items."""
    draft = Draft()
    if body.get("instructions"):
        instructions = text_or_objects(body["instructions"], "/instructions")
        draft.add({"role": "system", "content": instructions}, "/instructions", content="/instructions")
    _add_input(draft, body.get("input"))
    tools = optional_objects(body.get("tools"), "/tools")
    draft.tools = None if tools is None else []
    for number, tool in enumerate(tools or ()):
        _add_tool(draft, tool, f"/tools/{number}")
    for key, limit in _ON_THE_SERVER.items():
        if body.get(key) is not None:
            draft.limit(limit)
    return Chat(draft.messages, draft.tools, _parameters(draft, body), draft.origins, limits=draft.limits)


def _parameters(draft: Draft, body: JsonObject) -> JsonObject:
    """The rest of the body; effort and answer format under their chat names."""
    parameters = {key: value for key, value in body.items() if key not in _ELSEWHERE}
    reasoning, answer = body.get("reasoning"), body.get("text")
    if isinstance(reasoning, dict) and reasoning.get("effort") is not None:
        parameters["reasoning_effort"] = reasoning["effort"]
        draft.origins["/reasoning_effort"] = "/reasoning/effort"
    if isinstance(answer, dict) and isinstance(answer.get("format"), dict):
        parameters["response_format"] = _response_format(answer["format"])
        draft.move("/response_format", "/text/format", json_schema="/text/format")
    return parameters


def _response_format(answer: JsonObject) -> JsonObject:
    if answer.get("type") != "json_schema":
        return answer
    return {"type": "json_schema", "json_schema": {key: value for key, value in answer.items() if key != "type"}}


def _add_input(draft: Draft, given: Any) -> None:
    if isinstance(given, str):
        draft.add({"role": "user", "content": given}, "/input", content="/input")
    elif given is None:
        draft.limit("no input: the prompt is on the server")
    elif not isinstance(given, list):
        raise ShapeError("/input", "a string or a list of items", given)
    else:
        _Items(draft).add_all(objects(given, "/input"))


class _Items:
    """Reads items in order. The API cuts what a model wrote in one go into several items.

    `turn` is the assistant message, with its pointer, that further items of the same turn still belong to.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.turn: tuple[JsonObject, str] | None = None

    def add_all(self, items: list[JsonObject]) -> None:
        for number, item in enumerate(items):
            kind = "message" if "role" in item and "type" not in item else kind_of(item)
            _READERS.get(kind, _Items.add_other)(self, item, f"/input/{number}")

    def add_message(self, item: JsonObject, origin: str) -> None:
        role = text(item.get("role"), origin + "/role")
        content = text_or_objects(item.get("content"), origin + "/content")
        if isinstance(content, list):
            content = [_part(self.draft, part) for part in content]
        if role == "assistant":
            pointer = self._answer(content, origin)
        else:
            self.turn = None
            pointer = self.draft.add({"role": role, "content": content}, origin)
        self._note_images(pointer, content, origin + "/content")

    def _answer(self, content: Any, origin: str) -> str:
        """What the model said, in one message with the reasoning right before it."""
        if self.turn is not None and (self.turn[0]["content"] is not None or "tool_calls" in self.turn[0]):
            self.turn = None
        message, pointer = self._assistant(origin)
        message["content"] = content
        self.draft.origins[pointer + "/content"] = origin + "/content"
        return pointer

    def _note_images(self, pointer: str, content: Any, origin: str) -> None:
        for number, part in enumerate(content if isinstance(content, list) else ()):
            if "image_url" in part:
                self.draft.origins[f"{pointer}/content/{number}/image_url/url"] = f"{origin}/{number}/image_url"

    def add_call(self, item: JsonObject, origin: str) -> None:
        message, pointer = self._assistant(origin)
        call = function_call(item.get("name"), item.get("arguments", ""), item.get("call_id"))
        self._add_call(message, pointer, call, origin, origin + "/arguments")

    def add_custom_call(self, item: JsonObject, origin: str) -> None:
        """A tool that takes free text: the text becomes the one argument."""
        message, pointer = self._assistant(origin)
        call = function_call(item.get("name"), {"input": item.get("input", "")}, item.get("call_id"))
        self._add_call(message, pointer, call, origin, origin)

    def _add_call(self, message: JsonObject, pointer: str, call: JsonObject, origin: str, arguments: str) -> None:
        self.draft.add_call(message, pointer, call, origin, arguments)
        self.draft.origins[f"{pointer}/tool_calls/{len(message['tool_calls']) - 1}/id"] = origin + "/call_id"

    def add_output(self, item: JsonObject, origin: str) -> None:
        self.turn = None
        output = text_or_objects(item.get("output"), origin + "/output")
        content = [_part(self.draft, part) for part in output] if isinstance(output, list) else output or ""
        message = {"role": "tool", "tool_call_id": item.get("call_id"), "content": content}
        pointer = self.draft.add(message, origin, content=origin + "/output", tool_call_id=origin + "/call_id")
        self._note_images(pointer, content, origin + "/output")

    def add_reasoning(self, item: JsonObject, origin: str) -> None:
        """The reasoning text opens the assistant message that follows; its summary where the text is encrypted."""
        self.turn = None
        message, pointer = self._assistant(origin)
        for key in ("content", "summary"):
            texts = [part.get("text", "") for part in optional_objects(item.get(key), f"{origin}/{key}") or ()]
            if texts:
                message["reasoning_content"] = "\n".join(map(str, texts))
                place = f"{origin}/{key}/0/text" if len(texts) == 1 else f"{origin}/{key}"
                self.draft.origins[pointer + "/reasoning_content"] = place
                break
        if item.get("encrypted_content"):
            self.draft.limit("encrypted reasoning cannot be read")

    def add_other(self, item: JsonObject, origin: str) -> None:
        self.turn = None
        self.draft.limit(f"items of type {kind_of(item)} are shown as their JSON text")
        self.draft.add({"role": "assistant", "content": as_text(item)}, origin, content=origin)

    def _assistant(self, origin: str) -> tuple[JsonObject, str]:
        if self.turn is None:
            message: JsonObject = {"role": "assistant", "content": None}
            self.turn = message, self.draft.add(message, origin)
        return self.turn


_READERS: dict[str, Callable[[_Items, JsonObject, str], None]] = {
    "message": _Items.add_message,
    "function_call": _Items.add_call,
    "custom_tool_call": _Items.add_custom_call,
    "function_call_output": _Items.add_output,
    "custom_tool_call_output": _Items.add_output,
    "reasoning": _Items.add_reasoning,
}


def _part(draft: Draft, part: JsonObject) -> JsonObject:
    kind = kind_of(part)
    if kind in {"input_text", "output_text", "text"} and isinstance(part.get("text"), str):
        return text_part(part["text"])
    if kind == "refusal" and isinstance(part.get("refusal"), str):
        return {"type": "refusal", "refusal": part["refusal"]}
    if kind == "input_image" and part.get("image_url") is not None:
        return image_part(part["image_url"])
    draft.limit(f"parts of type {kind} are shown as their JSON text")
    return text_part(as_text(part))


def _add_tool(draft: Draft, tool: JsonObject, origin: str) -> None:
    if kind_of(tool) != "function":
        draft.add_hosted_tool(tool, origin)
        return
    draft.add_tool({key: value for key, value in tool.items() if key not in {"type", "cache_control"}}, origin)
