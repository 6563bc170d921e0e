"""KV404: reasoning under two names in one request, or under the one that the server does not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.lint.context import RequestContext
from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.model import Chat

NAMES = ("reasoning_content", "reasoning", "thinking")
READ = {"sglang": "reasoning_content", "llama.cpp": "reasoning_content"}  # profile → the one name that it reads


def check(context: RequestContext, _options: Options) -> Iterator[Hit]:
    """A hit at the first name that is not that of the first answer, else at one that is not read."""
    if context.request.dialect != "openai_chat":  # the other APIs have one name each
        return
    used = [(number, _names(context, number)) for number in range(len(context.messages))]
    named = [(number, names) for number, names in used if names]
    first = named[0][1] if named else ()
    other = next(((number, names) for number, names in named if names != first), None)
    if other is not None:
        number, names = other
        name = next((name for name in names if name not in first), names[0])
        fields = {"first": Words(" and ".join(first))}
        yield Hit(Span(f"/messages/{number}/{name}"), Words(name), key=True, fields=fields)
    else:
        yield from _unread(context, named)


def _names(context: RequestContext, number: int) -> tuple[str, ...]:
    message = context.messages[number]
    if message.get("role") != "assistant":
        return ()
    return tuple(name for name in NAMES if message.get(name) not in (None, ""))


def _unread(context: RequestContext, named: list[tuple[int, tuple[str, ...]]]) -> Iterator[Hit]:
    """Only an exact profile tells: with the name that it reads, the prompt is another one."""
    read = READ.get(context.model.profile)
    if read is None or not named or read in named[0][1]:
        return
    number, names = named[0]
    if context.prints_change(_renamed(context.chat, names[0], read)):
        message = f"reasoning is sent as {{text!r}}, and {context.model.profile} reads {{first!r}} alone"
        yield Hit(
            Span(f"/messages/{number}/{names[0]}"),
            Words(names[0]),
            key=True,
            fields={"first": Words(read)},
            message=message,
        )


def _renamed(chat: Chat, name: str, read: str) -> Chat:
    messages = [{read if key == name else key: value for key, value in one.items()} for one in chat.messages]
    return replace(chat, messages=messages)
