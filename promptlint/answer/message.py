"""The message that the model wrote, in chat form: what the client sends back with its next request."""

from __future__ import annotations

import json
from typing import Any, Protocol

from promptlint.answer import (
    anthropic,
    bedrock_converse,
    cody,
    cohere,
    completion,
    gemini,
    ollama,
    openai_chat,
    openai_responses,
)
from promptlint.answer.events import documents
from promptlint.dialect import DIALECTS
from promptlint.dialect.shape import ShapeError
from promptlint.model import JsonObject, Request


class Api(Protocol):
    """What a module of this package offers to read the answers of an API."""

    def body(self, documents: list[JsonObject]) -> JsonObject | None:
        """A request's body in which the model's message stands alone; None where there is no one whole message."""


_APIS: dict[str, Api] = {  # by the dialect of the request
    "anthropic": anthropic,
    "openai_responses": openai_responses,
    "ollama": ollama,
    "openai_chat": openai_chat,
    "gemini": gemini,
    "bedrock_converse": bedrock_converse,
    "cohere": cohere,
    "completion": completion,
    "cody": cody,
}
_AS_CHAT = {"completion", "cody"}  # what answers them is a text, for which their requests have no message


def message(request: Request) -> JsonObject | None:
    """The assistant message of the recorded answer.

    None where there is none: no answer, an error, a refusal, several choices, or a stream that was cut off.
    """
    api = _APIS.get(request.dialect)
    dialect = DIALECTS.get("openai_chat" if request.dialect in _AS_CHAT else request.dialect)
    if api is None or dialect is None:
        return None
    try:
        found = _plain(documents(request.answer))
        body = None if any(map(_is_error, found)) else api.body(found)
        messages = [] if body is None else dialect.normalise(body).messages
    except (ShapeError, RecursionError):
        return None
    return messages[0] if len(messages) == 1 and _says_something(messages[0]) else None


def _plain(found: list[JsonObject]) -> list[JsonObject]:
    """JSON only: what a YAML recorder parsed may hold more."""
    try:
        plain: list[JsonObject] = json.loads(json.dumps(found, default=str))
    except (ValueError, TypeError):
        return []
    return plain


def _is_error(document: JsonObject) -> Any:
    return document.get("error") or document.get("type") == "error"


def _says_something(written: JsonObject) -> bool:
    return any(written.get(key) for key in ("content", "reasoning_content", "tool_calls", "function_call"))
