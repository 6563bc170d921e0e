"""Ollama /api/chat: chat messages with their own names for thinking, images and tool results."""

from __future__ import annotations

import re

from promptlint.dialect.draft import Draft, image_part, text_part
from promptlint.dialect.shape import ShapeError, objects, optional_objects
from promptlint.model import Chat, JsonObject

URL: re.Pattern[str] = re.compile(r"/api/chat$")
_ONLY_HERE = {"options", "keep_alive", "think", "format"}


def accepts(body: JsonObject) -> bool:
    """Has it messages, and a name that only Ollama has."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        return False
    return bool(_ONLY_HERE & body.keys()) or any(
        isinstance(one, dict) and ("tool_name" in one or "images" in one) for one in messages
    )


def normalise(body: JsonObject) -> Chat:
    """The messages under their chat names; tool call arguments stay objects, as they were sent."""
    draft = Draft()
    for number, message in enumerate(objects(body.get("messages"), "/messages")):
        _add(draft, message, f"/messages/{number}")
    tools = optional_objects(body.get("tools"), "/tools")
    parameters = {key: value for key, value in body.items() if key not in {"messages", "tools"}}
    return Chat(draft.messages, tools, parameters, draft.origins, limits=draft.limits)


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
        _add_images(draft, renamed, pointer, origin, message["images"])


def _add_images(draft: Draft, message: JsonObject, pointer: str, origin: str, images: object) -> None:
    """Images before the text: the order in which Ollama's runner places them."""
    if not isinstance(images, list) or not all(isinstance(image, str) for image in images):
        raise ShapeError(origin + "/images", "a list of strings", images)
    text = message.get("content") or ""
    message["content"] = [*(image_part(f"data:image;base64,{image}") for image in images), text_part(text)]
    for number in range(len(images)):
        draft.move(f"{pointer}/content/{number}", f"{origin}/images/{number}")
        draft.origins[f"{pointer}/content/{number}/image_url/url"] = f"{origin}/images/{number}"
    draft.move(f"{pointer}/content/{len(images)}", f"{origin}/content", text=f"{origin}/content")
