"""KV307: the arguments of an old call are the same and their text is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from promptlint.common_prefix import common_prefix
from promptlint.lint.calls import Call, arguments_meaning, same_calls
from promptlint.lint.context import PairContext
from promptlint.lint.message import Name, Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.spelling import spelled
from promptlint.model import Chat
from promptlint.positions import keys


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """A hit in each call, where its text parts from that of before."""
    ordered = context.before.request.key_order_kept and context.after.request.key_order_kept
    for old, new in same_calls(context.before.messages, context.after.messages):
        kind = None if new.is_custom else _kind(old.arguments, new.arguments, ordered)
        if kind is not None:
            yield _hit(context, old, new, kind)


def _kind(old: Any, new: Any, ordered: bool) -> str | None:
    """How arguments that mean the same differ; None where they do not, or mean something else."""
    if old is None or new is None or spelled(old) == spelled(new):
        return None
    meaning = arguments_meaning(old)
    if meaning is None or meaning != arguments_meaning(new):
        return None
    if not isinstance(old, str) or not isinstance(new, str):
        if isinstance(old, str) or isinstance(new, str):
            return "text became an object" if isinstance(old, str) else "an object became text"
        return "another key order" if ordered else None
    if spelled(json.loads(old)) != spelled(json.loads(new)):
        return "another key order" if _sorted_text(old) == _sorted_text(new) else "numbers written otherwise"
    return "other spaces" if "".join(old.split()) == "".join(new.split()) else "other escapes"


def _sorted_text(arguments: str) -> str:
    return json.dumps(json.loads(arguments), sort_keys=True)


def _hit(context: PairContext, old: Call, new: Call, kind: str) -> Hit:
    span, text = Span(new.arguments_at), new.arguments
    related = Span(old.arguments_at)
    if isinstance(old.arguments, str) and isinstance(new.arguments, str):
        at = common_prefix(old.arguments, new.arguments)
        rest = common_prefix(old.arguments[at:][::-1], new.arguments[at:][::-1])
        text = new.arguments[at : len(new.arguments) - rest]
        span = Span(new.arguments_at, at, len(text))
        related = Span(old.arguments_at, at, len(old.arguments) - rest - at)
    printed = context.after.prints_change(_undone(context.after.chat, old, new))
    return Hit(
        span,
        text if isinstance(text, str) else spelled(text),
        related=related,
        identity=kind,
        fields={"name": Name(new.name), "kind": Words(kind)},
        note="this template prints the new text" if printed else None,
        claims=(Span(new.arguments_at),),
    )


def _undone(chat: Chat, old: Call, new: Call) -> Chat:
    _, message, _, index = keys(new.pointer)
    number, call = int(message), {**new.value, "function": {**new.holder, "arguments": old.arguments}}
    found = chat.messages[number]
    listed = [call if place == int(index) else one for place, one in enumerate(found["tool_calls"])]
    changed = {**found, "tool_calls": listed}
    return replace(chat, messages=[*chat.messages[:number], changed, *chat.messages[number + 1 :]])
