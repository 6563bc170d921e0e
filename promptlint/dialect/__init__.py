"""A provider's body → the one chat form. One file per API; the registry names them, most telling shape first."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Protocol

from promptlint.dialect import (
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
from promptlint.dialect.endpoints import other_endpoint, path_of
from promptlint.dialect.shape import ShapeError
from promptlint.errors import InputError
from promptlint.model import Chat, JsonObject, Request
from promptlint.positions import place


class Dialect(Protocol):
    """What a module of this package offers."""

    URL: re.Pattern[str]

    def accepts(self, body: JsonObject) -> bool:
        """Does a body of unknown origin look like this API's."""

    def normalise(self, body: JsonObject) -> Chat:
        """The chat form of a body. Raises ShapeError; leaves the body as it is."""


DIALECTS: dict[str, Dialect] = {
    "gemini": gemini,
    "cody": cody,
    "bedrock_converse": bedrock_converse,
    "cohere": cohere,
    "anthropic": anthropic,
    "openai_responses": openai_responses,
    "ollama": ollama,
    "completion": completion,
    "openai_chat": openai_chat,
}


def sniff(body: Any, url: str | None) -> str | None:
    """Which API a body is meant for, by its URL, else by its shape; None for what is no chat request."""
    if not isinstance(body, dict):
        return None
    if url is not None:
        if other_endpoint(url) is not None:
            return None
        path = path_of(url)
        for name, dialect in DIALECTS.items():
            if dialect.URL.search(path):
                return name
    return next((name for name, dialect in DIALECTS.items() if dialect.accepts(body)), None)


def chat(request: Request) -> Chat:
    """The request in chat form. Raises InputError, with the place, where the body has another shape than its API."""
    try:
        form = DIALECTS[request.dialect].normalise(request.body)
        return form if request.dialect == "openai_chat" else replace(form, as_sent=False)
    except ShapeError as error:
        found = place(request, error.pointer)
        where = found.path if found.line is None else f"{found.path}:{found.line}:{found.column}"
        raise InputError(str(error), where=where, hint=f"read as a request of {request.dialect}") from None
