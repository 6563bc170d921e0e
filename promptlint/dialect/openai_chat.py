"""OpenAI Chat Completions: the chat form itself, so everything stays exactly as it was sent."""

from __future__ import annotations

import re

from promptlint.dialect.shape import ShapeError, objects, optional_objects
from promptlint.model import Chat, JsonObject

URL: re.Pattern[str] = re.compile(r"/chat/completions$")


def accepts(body: JsonObject) -> bool:
    """Has it messages, and does any of them have a role."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        return "messages" in body and "model" in body  # broken, and worth a word about what is wrong
    return not messages or any(isinstance(one, dict) and "role" in one for one in messages)


def normalise(body: JsonObject) -> Chat:
    """The same messages and tools; older `functions` stay a parameter, no template reads them."""
    messages = objects(body.get("messages"), "/messages")
    for number, message in enumerate(messages):
        _check(message, f"/messages/{number}")
    tools = optional_objects(body.get("tools"), "/tools")
    parameters = {key: value for key, value in body.items() if key not in {"messages", "tools"}}
    return Chat(messages, tools, parameters)


def _check(message: JsonObject, pointer: str) -> None:
    optional_objects(message.get("tool_calls"), pointer + "/tool_calls")
    content = message.get("content")
    if isinstance(content, list):
        for number, part in enumerate(content):
            if not isinstance(part, dict | str):  # servers take bare strings among the parts
                raise ShapeError(f"{pointer}/content/{number}", "an object or a string", part)
    elif content is not None and not isinstance(content, str):
        raise ShapeError(pointer + "/content", "a string or a list of parts", content)
