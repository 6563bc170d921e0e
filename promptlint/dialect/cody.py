"""Sourcegraph Cody's completions: messages with a speaker and a text."""

from __future__ import annotations

import re

from promptlint.dialect.draft import Draft, settings
from promptlint.dialect.shape import ShapeError, objects, text
from promptlint.model import Chat, JsonObject

URL: re.Pattern[str] = re.compile(r"/\.api/completions/(?:stream|code)$")
_ROLES = {"human": "user"}


def accepts(body: JsonObject) -> bool:
    """Has each message a speaker instead of a role."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return False
    return all(isinstance(one, dict) and "speaker" in one and "role" not in one for one in messages)


def normalise(body: JsonObject) -> Chat:
    """The messages under their chat names. An answer without a text only says whose turn it is."""
    draft = Draft()
    messages = objects(body.get("messages"), "/messages")
    for number, message in enumerate(messages):
        speaker = text(message.get("speaker"), f"/messages/{number}/speaker")
        key = "content" if message.get("content") is not None else "text"
        content = message.get(key)
        if content is None and speaker == "assistant" and number == len(messages) - 1:
            continue
        if not isinstance(content, str | list):
            raise ShapeError(f"/messages/{number}/{key}", "a string", content)
        origin = f"/messages/{number}"
        role = _ROLES.get(speaker, speaker)
        draft.add({"role": role, "content": content}, origin, content=f"{origin}/{key}", role=f"{origin}/speaker")
    parameters = settings(draft, {key: value for key, value in body.items() if key != "messages"}, "")
    return Chat(draft.messages, None, parameters, draft.origins, limits=draft.limits)
