"""KV203: keys on a message that its API does not have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.lint.context import RequestContext
from promptlint.lint.message import Name
from promptlint.lint.message_keys import ALLOWED
from promptlint.lint.rule import Hit, Options, Span
from promptlint.model import Chat
from promptlint.positions import step

PRINTED = {True: "this template prints it", False: "this template does not print it, strict servers refuse the request"}

MOST_NAMES = 20  # different ones; whoever sends more has another trouble


def check(context: RequestContext, options: Options) -> Iterator[Hit]:
    """A hit at each; those with the same name become one finding."""
    if context.request.dialect not in ("openai_chat", "ollama"):  # the messages of other APIs are translated
        return
    allowed = ALLOWED | {*options["allowed-extra"]}
    notes: dict[str, str | None] = {}  # by name
    for number, message in enumerate(context.messages):
        for name in message:
            if name in allowed:
                continue
            if name not in notes and len(notes) >= MOST_NAMES:
                return
            if name not in notes:
                printed = context.prints_change(_without(context.chat, name))
                notes[name] = None if printed is None else PRINTED[printed]
            yield Hit(Span(f"/messages/{number}{step(name)}"), Name(name), key=True, note=notes[name])


def _without(chat: Chat, name: str) -> Chat:
    messages = [{key: value for key, value in message.items() if key != name} for message in chat.messages]
    return replace(chat, messages=messages)
