"""What the modules for the engines share: what they offer, and how answers are read and refusals told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, NoReturn, Protocol

from promptlint.errors import ModelError, TemplateError
from promptlint.model import Chat, JsonObject
from promptlint.records import dataclass
from promptlint.server.connection import Answer, Connection

LARGEST_ID = 2**31
_GONE = (404, 405, 501)
_LOCKED = (401, 403)
_BUSY = (429, 502, 503, 504)
NOT_NOW = (*_LOCKED, *_BUSY)  # the server is there, and says nothing of itself


@dataclass(frozen=True, slots=True)
class Server:
    """What a server says of itself. `options` are names of `engine.OPTIONS`, as far as it tells them."""

    engine: str
    version: str | None
    models: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    bos: str = ""  # where the server says what it is; not that it is put anywhere
    end: str = ""  # what the model writes when its answer is whole, where the server says it


@dataclass(frozen=True, slots=True)
class Tokens:
    """Ids, and what each one stands for where the server says it with them."""

    ids: list[int]
    pieces: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt as the server built it."""

    text: str
    tokens: Tokens | None  # None where the server has made the text alone
    limits: tuple[str, ...] = ()


class Engine(Protocol):
    """What the module of an engine offers."""

    def recognise(self, connection: Connection, models: tuple[str, ...]) -> Server | None:
        """The server, where it is one of this engine."""

    def render(self, connection: Connection, server: Server, chat: Chat, variables: Mapping[str, Any]) -> Rendered:
        """The prompt of a chat. Raises TemplateError where the server refuses it."""

    def encode(self, connection: Connection, server: Server, text: str, *, special: bool) -> Tokens:
        """The ids of a text; `special`: with what the vocabulary puts around a text of its own accord."""

    def text_of(self, connection: Connection, server: Server, ids: list[int]) -> str:
        """What ids stand for together."""


def model_for(server: Server, parameters: Mapping[str, Any]) -> JsonObject:
    """The `model` to send: the request's own where this server has it, else the server's first."""
    own = parameters.get("model")
    if not server.models:
        return {} if own is None else {"model": own}
    return {"model": own if own in server.models else server.models[0]}


def ids_of(connection: Connection, tokens: Any) -> list[int]:
    """Token ids of an answer, checked."""
    if not isinstance(tokens, list) or not all(type(one) is int and 0 <= one < LARGEST_ID for one in tokens):
        odd(connection, "ids of tokens")
    return tokens


def expected(connection: Connection, path: str, answer: Answer, *, refusable: bool = False) -> JsonObject:
    """The members of an answer. Raises TemplateError for a refusal where one can be meant, else ModelError."""
    if answer.status == 200:
        if not isinstance(answer.value, dict):
            odd(connection, f"JSON from {path}")
        return answer.fields
    address, status, said = connection.address, answer.status, answer.said
    if status in _LOCKED:
        raise ModelError(f"{address} wants a key (HTTP {status})", hint="start it without one (--api-key) for this")
    if status in _BUSY:
        hint = "wait until its model is loaded, or it has less to do"
        raise ModelError(f"{address} is not ready (HTTP {status}): {said or 'no reason given'}", hint=hint)
    if status in _GONE:
        said = f": {said}" if said else ""
        raise ModelError(f"{address} has no {path} (HTTP {status}){said}", hint="a newer version of the server may")
    if refusable and said and answer.value is not None:
        raise TemplateError(said, kind=f"HTTP {status}")
    raise ModelError(f"{address}{path} answers HTTP {status}: {said or 'no reason given'}", hint="see the server's log")


def odd(connection: Connection, wanted: str) -> NoReturn:
    """An answer of another shape than the engine's."""
    raise ModelError(
        f"{connection.address} does not answer as it should: no {wanted}",
        hint="is there something between this machine and the server?",
    )
