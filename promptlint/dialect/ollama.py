"""Ollama /api/chat: chat messages with their own names for thinking, images and tool results.

/api/generate is the same with one prompt and its system text instead of the messages, or with a rendered prompt.
"""

from __future__ import annotations

import re

from promptlint.dialect.draft import Draft, image_part, text_part
from promptlint.dialect.shape import ShapeError, objects, optional_objects, text
from promptlint.model import Chat, JsonObject

URL: re.Pattern[str] = re.compile(r"/api/(?:chat|generate)$")
_ONLY_HERE = {"options", "keep_alive", "think", "format"}
_ONLY_GENERATE = {"options", "keep_alive", "think", "raw"}
_ON_THE_SERVER = {
    "context": "the prefix is on the server (context): this is only the end of the prompt",
    "template": "the request brings a template of its own (template), which is not used",
    "suffix": "what a server makes of a suffix is not known: only the prompt is shown",
}


def accepts(body: JsonObject) -> bool:
    """Has it messages, and a name that only Ollama has."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        return isinstance(body.get("prompt"), str) and bool(_ONLY_GENERATE & body.keys())
    return bool(_ONLY_HERE & body.keys()) or any(
        isinstance(one, dict) and ("tool_name" in one or "images" in one) for one in messages
    )


def normalise(body: JsonObject) -> Chat:
    """The messages under their chat names; tool call arguments stay objects, as they were sent."""
    if "messages" not in body and "prompt" in body:
        return _generate(body)
    draft = Draft()
    for number, message in enumerate(objects(body.get("messages"), "/messages")):
        _add(draft, message, f"/messages/{number}")
    tools = optional_objects(body.get("tools"), "/tools")
    parameters = {key: value for key, value in body.items() if key not in {"messages", "tools"}}
    return Chat(draft.messages, tools, parameters, draft.origins, limits=draft.limits)


def _generate(body: JsonObject) -> Chat:
    draft = Draft()
    prompt = text(body["prompt"], "/prompt")
    parameters = {key: value for key, value in body.items() if key not in {"prompt", "system", "images"}}
    for key, limit in _ON_THE_SERVER.items():
        if body.get(key):
            draft.limit(limit)
    if body.get("raw") is True:
        return Chat([], None, parameters, draft.origins, limits=draft.limits, rendered=prompt)
    if body.get("system"):
        draft.add({"role": "system", "content": text(body["system"], "/system")}, "/system", content="/system")
    message = {"role": "user", "content": prompt}
    pointer = draft.add(message, "", content="/prompt")
    if body.get("images"):
        _add_images(draft, message, pointer, "", body["images"], "/prompt")
    return Chat(draft.messages, None, parameters, draft.origins, limits=draft.limits)


# `thinking` becomes `reasoning_content`, the one name that the chat form has for it: preparing the messages for a
# template offers it under every name that templates know.
_NAMES = {"thinking": "reasoning_content", "tool_name": "name"}


def _add(draft: Draft, message: JsonObject, origin: str) -> None:
    optional_objects(message.get("tool_calls"), origin + "/tool_calls")
    if not isinstance(message.get("content"), str | None):
        raise ShapeError(origin + "/content", "a string", message["content"])
    renamed = {_NAMES.get(key, key): value for key, value in message.items() if key != "images"}
    moved = {_NAMES[key]: f"{origin}/{key}" for key in message if key in _NAMES}
    pointer = draft.add(renamed, origin, **moved)
    if message.get("images"):
        _add_images(draft, renamed, pointer, origin, message["images"], origin + "/content")


def _add_images(draft: Draft, message: JsonObject, pointer: str, origin: str, images: object, said: str) -> None:
    """Images before the text, which stands at `said`: the order in which Ollama's runner places them."""
    if not isinstance(images, list) or not all(isinstance(image, str) for image in images):
        raise ShapeError(origin + "/images", "a list of strings", images)
    text = message.get("content") or ""
    message["content"] = [*(image_part(f"data:image;base64,{image}") for image in images), text_part(text)]
    for number in range(len(images)):
        draft.move(f"{pointer}/content/{number}", f"{origin}/images/{number}")
        draft.origins[f"{pointer}/content/{number}/image_url/url"] = f"{origin}/images/{number}"
    draft.move(f"{pointer}/content/{len(images)}", said, text=said)
