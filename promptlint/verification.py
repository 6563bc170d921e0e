"""Prediction against a running server: both requests are sent to it, and it says what came from its cache."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from promptlint.common_prefix import common_prefix
from promptlint.dialect import chat
from promptlint.engine.local import ENGINES
from promptlint.engine.serving import Prediction, Served, Spans, reusable_tokens
from promptlint.errors import TemplateError, UsageError
from promptlint.local_model import Model
from promptlint.model import Chat, Prompt, Request, TokenizerUse, Turn
from promptlint.model_choice import open_model
from promptlint.options import Options
from promptlint.records import dataclass
from promptlint.selection import capture_and_request
from promptlint.server.generation import Counted, send
from promptlint.server.server_model import ServerModel
from promptlint.token_ids import common_tokens

AROUND = 60  # characters of text on each side of a place


@dataclass(frozen=True, slots=True)
class Parting:
    """The first place where a local prompt is another one than the server's; counts from 0."""

    character: int | None  # None: the texts are the same
    token: int | None  # None: the ids are the same
    same: str  # the text in front of it
    server: str  # the text from there on
    local: str
    server_id: int | None  # None: the prompt has ended
    local_id: int | None


@dataclass(frozen=True, slots=True)
class Verified:
    """One of the requests: what the server rendered, what it counted, and what the local model makes of it."""

    request: Request
    tokens: int  # of the server's own rendering
    counted: Counted
    parting: Parting | None = None  # None: no local model, or no difference
    refused: str | None = None  # what the local template said

    @property
    def agrees(self) -> bool:
        """Is the local prompt the server's, and the server's the one that it served."""
        return self.parting is None and self.refused is None and self.counted.prompt in (None, self.tokens)


@dataclass(frozen=True, slots=True)
class Verification:
    """Both requests, and the prediction for the second one."""

    server: TokenizerUse
    local: TokenizerUse | None
    options: Mapping[str, Any]  # of the engine, the server's own and those given
    before: Verified
    after: Verified
    common: int
    prediction: Prediction

    @property
    def as_predicted(self) -> bool:
        """Does the server report what was predicted."""
        return self.prediction.low <= self.after.counted.cached <= self.prediction.high

    @property
    def agrees(self) -> bool:
        """Is all of it as predicted."""
        return self.as_predicted and self.before.agrees and self.after.agrees


def verify(before: Any, after: Any, options: Options, local: str | None = None) -> Verification:
    """Send two requests to the server that `options.model` names, one behind the other.

    `local` is the reference of a model whose prompts are held against the server's.
    """
    server = _server(options)
    beside = None
    try:
        server.start()
        requests = [capture_and_request(what)[1] for what in (before, after)]
        beside = None if local is None else open_model(local, replace(options, engine=server.profile))
        return _verified(requests, server, beside, options)
    finally:
        server.close()
        if beside is not None:
            beside.close()


def _server(options: Options) -> ServerModel:
    hint = "--model http://HOST:PORT; --local REF names a model to hold against it"
    if options.model is None:
        raise UsageError("verify asks a running server, and none is named", hint=hint)
    model = open_model(options.model, replace(options, template=None))
    if not isinstance(model, ServerModel):
        model.close()
        raise UsageError(f"{options.model} is no running server", hint=hint)
    return model


def _verified(requests: list[Request], server: ServerModel, local: Model | None, options: Options) -> Verification:
    now = options.now or datetime.now()  # the server has its own clock
    chats = [chat(request) for request in requests]
    prompts = [server.chat_prompt(one, now) for one in chats]
    salt = secrets.token_hex(8)
    counted = [send(server.connection, server.server, one, options.template_arguments, salt) for one in chats]
    ids = [prompt.ids if told.ids is None else told.ids for prompt, told in zip(prompts, counted, strict=True)]
    known = {**server.server.options, **options.engine_options}
    first, second = (
        _against(Verified(request, len(prompt.ids), told), prompt, form, local, now)
        for request, prompt, told, form in zip(requests, prompts, counted, chats, strict=True)
    )
    turns = [Turn(request, form) for request, form in zip(requests, chats, strict=True)]
    prediction = _predicted(
        turns, [replace(one, ids=own) for one, own in zip(prompts, ids, strict=True)], server, known
    )
    use = None if local is None else local.use
    return Verification(server.use, use, known, first, second, common_tokens(ids[0], ids[1]), prediction)


def _predicted(
    turns: Sequence[Turn], prompts: Sequence[Prompt], server: ServerModel, options: Mapping[str, Any]
) -> Prediction:
    """For the second request, right behind the first one and its one token, which is never computed."""
    salts = [turn.chat.parameters.get("cache_salt") for turn in turns]
    if server.profile != "llama.cpp" and salts[0] != salts[1]:
        return Prediction(0, 0, "another cache_salt")
    before, after = (Served(prompt.ids, (), Spans()) for turn, prompt in zip(turns, prompts, strict=True))
    return reusable_tokens(ENGINES[server.profile].serve, before, after, options)


def _against(side: Verified, prompt: Prompt, form: Chat, local: Model | None, now: datetime) -> Verified:
    """With what a local model makes of the request."""
    if local is None:
        return side
    try:
        other = local.chat_prompt(form, now)
    except TemplateError as error:
        return replace(side, refused=str(error))
    return replace(side, parting=parting(prompt, other))


def parting(server: Prompt, local: Prompt) -> Parting | None:
    """The first difference of two prompts; None where their ids are the same: a text is only shown."""
    if server.ids == local.ids:
        return None
    token = common_tokens(server.ids, local.ids)
    same_text = server.text == local.text
    at = common_prefix(server.text, local.text)
    return Parting(
        character=None if same_text else at,
        token=token,
        same="" if same_text else server.text[max(0, at - AROUND) : at],
        server="" if same_text else server.text[at : at + AROUND],
        local="" if same_text else local.text[at : at + AROUND],
        server_id=_at(server.ids, token),
        local_id=_at(local.ids, token),
    )


def _at(ids: Sequence[int], number: int) -> int | None:
    return ids[number] if number < len(ids) else None
