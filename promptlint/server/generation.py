"""Sending a request for good, with one token of output, to see what of it the server's cache had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from promptlint.answer.usage import cached_tokens, prompt_tokens
from promptlint.errors import ModelError, TemplateError
from promptlint.model import Chat, JsonObject
from promptlint.server.api import Server, expected, ids_of, model_for
from promptlint.server.body import chat_body
from promptlint.server.connection import Connection

SWITCHES = {
    "vllm": "start it with --enable-prompt-tokens-details",
    "sglang": "start it with --enable-cache-report; older versions leave a count of 0 out too",
    "llama.cpp": "a newer version does",
}
_LEAST = {"max_tokens": 1, "temperature": 0, "stream": False}


class Counted(NamedTuple):
    """What the server says of a prompt that it has served."""

    prompt: int | None
    cached: int
    ids: list[int] | None  # where the server tells them


def send(connection: Connection, server: Server, chat: Chat, arguments: Mapping[str, Any], salt: str) -> Counted:
    """Serve a request. `salt` keeps what others have sent out of it, where the engine has salts.

    Raises ModelError where the server refuses the request or does not say what came from its cache.
    """
    path, body = _request(server, chat, arguments)
    answer = connection.generate(path, body | _LEAST | _own(server, chat, salt))
    try:
        found = expected(connection, path, answer, refusable=True)
    except TemplateError as error:
        raise ModelError(f"{connection.address} refuses this request: {error}", hint="see the server's log") from error
    cached = cached_tokens(found)
    if cached is None:
        raise ModelError(f"{connection.address} does not report cached tokens", hint=SWITCHES[server.engine])
    ids = found.get("prompt_token_ids")
    return Counted(prompt_tokens(found), cached, None if ids is None else ids_of(connection, ids))


def _request(server: Server, chat: Chat, arguments: Mapping[str, Any]) -> tuple[str, JsonObject]:
    if chat.rendered is None:
        return "/v1/chat/completions", chat_body(server, chat, arguments)
    prompt = chat.rendered if isinstance(chat.rendered, str) else list(chat.rendered)
    return "/v1/completions", {**model_for(server, chat.parameters), "prompt": prompt}


def _own(server: Server, chat: Chat, salt: str) -> JsonObject:
    """What only this engine has."""
    if server.engine == "llama.cpp":
        return {"cache_prompt": True}
    own = chat.parameters.get("cache_salt")
    salted: JsonObject = {"cache_salt": f"{own}-{salt}" if isinstance(own, str) else salt}
    if server.engine == "vllm":
        salted["return_token_ids"] = True
        if chat.parameters.get("tool_choice") == "required":  # the same prompt, and no answer to be parsed
            salted["tool_choice"] = "auto"
    return salted
