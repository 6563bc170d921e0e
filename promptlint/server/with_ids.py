"""What vLLM and SGLang have in common: /tokenize takes a conversation and gives ids, /detokenize makes them a text."""

from __future__ import annotations

from promptlint.model import JsonObject
from promptlint.server.api import Server, Tokens, expected, ids_of, model_for, odd
from promptlint.server.connection import Connection


def chat_ids(connection: Connection, body: JsonObject) -> list[int]:
    """The ids of a conversation. Raises TemplateError where the server refuses it."""
    answer = connection.post("/tokenize", body)
    return ids_of(connection, expected(connection, "/tokenize", answer, refusable=True).get("tokens"))


def encode(connection: Connection, server: Server, text: str, *, special: bool) -> Tokens:
    """The ids of a text."""
    body = {**model_for(server, {}), "prompt": text, "add_special_tokens": special}
    answer = connection.post("/tokenize", body)
    return Tokens(ids_of(connection, expected(connection, "/tokenize", answer).get("tokens")))


def text_of(connection: Connection, server: Server, ids: list[int]) -> str:
    """What ids stand for together: vLLM calls it prompt, SGLang text, and leaves out special tokens unless told."""
    body = {**model_for(server, {}), "tokens": ids, "skip_special_tokens": False}
    found = expected(connection, "/detokenize", connection.post("/detokenize", body))
    text = found.get("prompt", found.get("text"))
    if not isinstance(text, str):
        odd(connection, "text from /detokenize")
    return text
