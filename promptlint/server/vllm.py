"""A vLLM server: /tokenize takes most of a chat request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from promptlint.model import Chat, JsonObject
from promptlint.server.api import Rendered, Server, Tokens
from promptlint.server.body import chat_body
from promptlint.server.connection import Connection
from promptlint.server.probe import probed
from promptlint.server.with_ids import chat_ids, encode, text_of

__all__ = ["encode", "recognise", "render", "text_of"]

_CACHE = re.compile(r"^vllm:cache_config_info\{(.*)\}", re.MULTILINE)
_SIZE = re.compile(r'\b(mamba_block_size|(?<!mamba_)block_size)="(\d{1,6})"')
# /tokenize has no fields for these; the chat endpoint hands them to the template as it does with chat_template_kwargs.
_ARGUMENTS = ("documents", "reasoning_effort")
_UNKNOWN = ("tool_choice", "parallel_tool_calls", "response_format", "reasoning", "reasoning_format", "thinking")


def recognise(connection: Connection, models: tuple[str, ...]) -> Server | None:
    """By /version, which says nothing else, together with a list of models."""
    version = probed(connection, "/version").get("version")
    if not isinstance(version, str) or not models:
        return None
    return Server("vllm", version, models, _sizes(connection.get("/metrics").text))


def _sizes(metrics: str) -> dict[str, int]:
    """How large the blocks are that its cache holds, under the names of the engine's options."""
    found = _CACHE.search(metrics)
    sizes = _SIZE.findall(found[1]) if found else []
    return {name.replace("_", "-"): int(size) for name, size in sizes if int(size)}


def render(connection: Connection, server: Server, chat: Chat, variables: Mapping[str, Any]) -> Rendered:
    """The ids, and their text."""
    ids = chat_ids(connection, tokenize_body(server, chat, variables))
    limit = ("vLLM's /tokenize does not know tool_choice: a server that drops the tools for it has another prompt",)
    unknown = bool(chat.tools) and chat.parameters.get("tool_choice") == "none"
    return Rendered(text_of(connection, server, ids), Tokens(ids), limit if unknown else ())


def tokenize_body(server: Server, chat: Chat, variables: Mapping[str, Any]) -> JsonObject:
    """The body for /tokenize of a chat request."""
    body = chat_body(server, chat, variables)
    given = body.pop("chat_template_kwargs", None)
    arguments = {name: body.pop(name) for name in _ARGUMENTS if name in body}
    if "reasoning_effort" in arguments:
        arguments["enable_thinking"] = arguments["reasoning_effort"] != "none"
    arguments = {**(given if isinstance(given, dict) else {}), **arguments}
    body = {name: value for name, value in body.items() if name not in _UNKNOWN}
    return body | ({"chat_template_kwargs": arguments} if arguments else {}) | {"add_special_tokens": False}
