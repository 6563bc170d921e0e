"""A running server in the place of a model's files. What it has said is not asked again."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from promptlint.engine.user_starts import RoleMarker
from promptlint.errors import ModelError
from promptlint.local_model import DEFAULT_NOW, Rendering
from promptlint.model import Chat, Prompt, TokenizerUse
from promptlint.model_arguments import chat_and_variables
from promptlint.render import as_sent
from promptlint.server import address
from promptlint.server.api import Engine, Rendered, Server, Tokens
from promptlint.server.connection import Connection
from promptlint.server.recognition import ENGINES, recognise
from promptlint.tokens.reference import ModelSource

MOST_KEPT = 32  # prompts, and as many texts with their ids
MOST_LOOKED_UP = 4096  # ids whose text is asked for one by one
Value = TypeVar("Value")


class ServerModel:
    """Asks for nothing before its first use, and then one request at a time."""

    template_path: str | None = None  # a server has its own

    def __init__(
        self,
        source: ModelSource,
        *,
        template_arguments: Mapping[str, Any] | None = None,
        engine: str | None = None,
    ) -> None:
        self.source = source
        self._expected = engine if engine in ENGINES else None  # others take this server for what stands in for them
        self.connection = Connection(address.parse(source.path))
        self._template_arguments = dict(template_arguments or {})
        self._recognising = threading.Lock()
        self._server: Server | None = None
        self._rendered: _Kept[Rendered] = _Kept()
        self._tokens: _Kept[Tokens] = _Kept()
        self._texts: dict[int, str] = {}

    def start(self) -> None:
        """Find out which engine answers."""
        _ = self.server

    kind: str | None = None  # a server does not say it

    def role_markers(self, chat: Chat) -> Sequence[RoleMarker]:  # noqa: ARG002  the interface of all models
        """None: what the server knows messages by, it does not say."""
        return ()

    def close(self) -> None:
        """Give the connection up."""
        self.connection.close()

    @property
    def server(self) -> Server:
        """What answers there. Raises ModelError where nothing does, or something else."""
        with self._recognising:
            if self._server is None:
                self._server = self._checked(recognise(self.connection))
            return self._server

    def _checked(self, server: Server) -> Server:
        if self._expected not in (None, server.engine):
            raise ModelError(
                f"{self.source.reference} is {server.engine}, not {self._expected}", hint="leave out --engine"
            )
        return server

    @property
    def profile(self) -> str:
        """The engine that the server is."""
        return self.server.engine

    @property
    def use(self) -> TokenizerUse:
        """What a report says about it: it is the model's own tokenizer by definition."""
        server = self.server
        name = " ".join(filter(None, (server.engine, server.version)))
        of = f" with {server.models[0]}" if server.models else ""
        notes = (f"The server's own rendering, tokenizer and clock: {name}{of}.",)
        return TokenizerUse(self.source.reference, exact=True, profile=server.engine, notes=notes)

    def prompt(self, body: Any, *, now: datetime | None = None, **variables: Any) -> Prompt:
        """As `Model.prompt`; a server has a clock of its own, whatever `now` says."""
        form, variables = chat_and_variables(body, variables)
        return self.chat_prompt(form, now or DEFAULT_NOW, variables)

    def chat_prompt(self, chat: Chat, now: datetime, variables: Mapping[str, Any] | None = None) -> Prompt:
        """The prompt of a chat. `variables` override those of the request."""
        return self.encode(self.render(chat, now, variables))

    # A server has its own clock: it is told no other.
    def render(self, chat: Chat, now: datetime, variables: Mapping[str, Any] | None = None) -> Rendering:  # noqa: ARG002
        """The text of `chat_prompt`. Raises TemplateError where the server refuses the request."""
        if chat.rendered is not None:
            return self._as_sent(chat, chat.rendered)
        merged = {**self._template_arguments, **(variables or {})}
        key = json.dumps([chat.messages, chat.tools, dict(chat.parameters), merged], default=str)
        found = self._rendered.get(key, lambda: self._asked(chat, merged))
        given = {} if found.tokens is None else {0: tuple(found.tokens.ids)}
        return Rendering((found.text,), (*chat.limits, *found.limits), given)

    def _asked(self, chat: Chat, variables: Mapping[str, Any]) -> Rendered:
        server = self.server
        found = self._engine.render(self.connection, server, chat, variables)
        if found.tokens is not None:
            tokens = found.tokens
            self._tokens.get(found.text, lambda: tokens)
        if server.engine != "llama.cpp" or not self._bos:
            return found
        return Rendered(self._bos + found.text, None, found.limits)

    def _as_sent(self, chat: Chat, rendered: str | tuple[int | str, ...]) -> Rendering:
        bos = self._bos if as_sent.wants_bos(chat) else ""
        found = as_sent.pieces(rendered, bos, self.id_texts)
        given = {number: piece.ids for number, piece in enumerate(found) if piece.ids is not None}
        return Rendering(tuple(piece.text for piece in found), chat.limits, given)

    def encode(self, rendering: Rendering) -> Prompt:
        """A rendering with its ids."""
        ids: list[int] = []
        for number, piece in enumerate(rendering.pieces):
            given = rendering.given.get(number)
            ids.extend(self._encoded(piece).ids if given is None else given)
        return Prompt(rendering.text, ids, rendering.limits)

    @property
    def end_of_answer(self) -> str:
        """What the model writes when its answer is whole; empty where the server does not say."""
        return self.server.end

    def token_text(self, text: str, index: int) -> str:
        """What the token at `index` of a prompt stands for; empty behind the last one."""
        ids = self._encoded(text).ids
        return self.id_texts(ids[index : index + 1])[0] if index < len(ids) else ""

    def spellings(self, ids: Sequence[int]) -> list[str]:
        """What each id stands for: no engine gives the vocabulary's own spelling of an id."""
        return self.id_texts(ids)

    def id_texts(self, ids: Sequence[int]) -> list[str]:
        """What each id stands for, those that the server has not named with a text asked for one by one."""
        unknown = [number for number in dict.fromkeys(ids) if number not in self._texts]
        for number in unknown[:MOST_LOOKED_UP]:
            self._texts[number] = self._engine.text_of(self.connection, self.server, [number])
        return [self._texts.get(number, f"<{number}>") for number in ids]

    @property
    def _engine(self) -> Engine:
        return ENGINES[self.server.engine]

    @cached_property
    def _bos(self) -> str:
        """What the vocabulary puts in front of a text; empty where it does not."""
        with_it, without = (
            self._engine.encode(self.connection, self.server, "a", special=special).ids for special in (True, False)
        )
        if with_it[1:] != without:
            return ""
        return self.server.bos or self._engine.text_of(self.connection, self.server, with_it[:1])

    def _encoded(self, text: str) -> Tokens:
        return self._tokens.get(text, lambda: self._encode(text))

    def _encode(self, text: str) -> Tokens:
        """A llama.cpp server encodes a prompt without its BOS, and lets the vocabulary put it there."""
        begun = self.server.engine == "llama.cpp" and self._bos != "" and text.startswith(self._bos)
        rest = text[len(self._bos) :] if begun else text
        found = self._engine.encode(self.connection, self.server, rest, special=begun)
        self._texts.update(zip(found.ids, found.pieces or (), strict=False))
        return found


class _Kept(Generic[Value]):
    """The answers that were asked for last."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, ask: Callable[[], Value]) -> Value:
        """The answer to a question, asked where it is not known."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = ask()
        with self._lock:
            self._values[key] = value
            if len(self._values) > MOST_KEPT:
                self._values.popitem(last=False)
        return value
