"""A llama.cpp server: /apply-template gives the prompt without its BOS, /tokenize the ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promptlint.model import Chat
from promptlint.server.api import Rendered, Server, Tokens, expected, ids_of, odd
from promptlint.server.body import chat_body
from promptlint.server.connection import Connection
from promptlint.server.probe import probed

_KNOWN_BY = ("default_generation_settings", "chat_template", "total_slots", "build_info", "bos_token")
_TRIAL = {"messages": [{"role": "user", "content": "a"}]}


def recognise(connection: Connection, models: tuple[str, ...]) -> Server | None:
    """By /props, and where that is switched off or in front of several models, by /apply-template."""
    props = probed(connection, "/props")
    if not any(key in props for key in _KNOWN_BY):
        if not isinstance(connection.post("/apply-template", _TRIAL).fields.get("prompt"), str):
            return None
        return Server("llama.cpp", None, models)
    slots, bos = props.get("total_slots"), props.get("bos_token")
    options = {"slots": slots} if type(slots) is int and slots > 0 else {}
    build, path, end = props.get("build_info"), props.get("model_path"), props.get("eos_token")
    return Server(
        "llama.cpp",
        build if isinstance(build, str) else None,
        models or ((path,) if isinstance(path, str) and path else ()),
        options,
        bos if isinstance(bos, str) else "",
        end if isinstance(end, str) else "",
    )


def render(connection: Connection, server: Server, chat: Chat, variables: Mapping[str, Any]) -> Rendered:
    """The text alone: ids are asked for when somebody needs them."""
    answer = connection.post("/apply-template", chat_body(server, chat, variables))
    prompt = expected(connection, "/apply-template", answer, refusable=True).get("prompt")
    if not isinstance(prompt, str):
        odd(connection, "prompt from /apply-template")
    return Rendered(prompt, None)


def encode(connection: Connection, server: Server, text: str, *, special: bool) -> Tokens:
    """With the pieces; a server that does not know `with_pieces` gives the ids alone."""
    body = {"content": text, "add_special": special, "parse_special": True, "with_pieces": True}
    tokens = expected(connection, "/tokenize", connection.post("/tokenize", _named(server) | body)).get("tokens")
    if isinstance(tokens, list) and tokens and all(isinstance(one, dict) for one in tokens):
        ids = ids_of(connection, [one.get("id") for one in tokens])
        return Tokens(ids, tuple(_piece(one.get("piece")) for one in tokens))
    return Tokens(ids_of(connection, tokens))


def text_of(connection: Connection, server: Server, ids: list[int]) -> str:
    """Blanks are cleaned up there for some vocabularies, so this is for the eye only."""
    answer = connection.post("/detokenize", _named(server) | {"tokens": ids})
    content = expected(connection, "/detokenize", answer).get("content")
    if not isinstance(content, str):
        odd(connection, "content from /detokenize")
    return content


def _named(server: Server) -> dict[str, str]:
    """A router in front of several models has to know which one is meant."""
    return {"model": server.models[0]} if server.models else {}


def _piece(piece: Any) -> str:
    """A text, or the bytes of a part of a character."""
    if isinstance(piece, list) and all(type(one) is int and 0 <= one < 256 for one in piece):
        return bytes(piece).decode("utf-8", "replace")
    return piece if isinstance(piece, str) else ""
