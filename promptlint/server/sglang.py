"""An SGLang server: /tokenize runs the path of the chat endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from promptlint.common_prefix import common_prefix
from promptlint.model import Chat, JsonObject
from promptlint.server.api import Rendered, Server, Tokens
from promptlint.server.body import chat_body
from promptlint.server.connection import Connection
from promptlint.server.probe import probed
from promptlint.server.with_ids import chat_ids, encode, text_of

__all__ = ["encode", "recognise", "render", "text_of"]

_INFO = ("/get_server_info", "/server_info", "/get_model_info", "/model_info")  # older and newer names
_KNOWN_BY = ("tokenizer_path", "internal_states", "mem_fraction_static")
# Behind the answer stands another turn: a last answer would be taken for the user's.
_NEXT = ({"role": "assistant", "content": "X"}, {"role": "user", "content": "X"})
_LONGEST_TAIL = 200  # characters; more is no generation prompt, but history that the template writes anew


def recognise(connection: Connection, models: tuple[str, ...]) -> Server | None:
    """By what it says of its arguments."""
    for path in _INFO:
        info = probed(connection, path)
        if any(key in info for key in _KNOWN_BY):
            version, model = info.get("version"), info.get("model_path")
            return Server(
                "sglang",
                version if isinstance(version, str) else None,
                models or ((model,) if isinstance(model, str) else ()),
                _options(info),
            )
    return None


def _options(info: JsonObject) -> dict[str, Any]:
    """What of its arguments changes the rule of its cache, under the names of the engine's options."""
    page, speculation = info.get("page_size"), info.get("speculative_algorithm")
    found: dict[str, Any] = {"page-size": page} if type(page) is int and page > 0 else {}
    return found | ({"eagle": True} if isinstance(speculation, str) and "EAGLE" in speculation.upper() else {})


def render(connection: Connection, server: Server, chat: Chat, variables: Mapping[str, Any]) -> Rendered:
    """The ids, and their text.

    SGLang always writes a generation prompt: a prompt without it is what this one has in common with the one in which
    an answer stands.
    """
    body = chat_body(
        server, chat, {name: value for name, value in variables.items() if name != "add_generation_prompt"}
    )
    body.pop("add_generation_prompt", None)
    ids = chat_ids(connection, body)
    text = text_of(connection, server, ids)
    if variables.get("add_generation_prompt") is not False:
        return Rendered(text, Tokens(ids))
    answered = render(connection, server, replace(chat, messages=[*chat.messages, *_NEXT]), {})
    same = common_prefix(text, answered.text)
    return Rendered(text[:same], None) if len(text) - same <= _LONGEST_TAIL else Rendered(text, Tokens(ids))
