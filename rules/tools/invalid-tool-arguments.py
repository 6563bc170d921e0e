"""KV310: arguments of a tool call that are not JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from promptlint.lint.calls import Call, calls
from promptlint.lint.context import RequestContext
from promptlint.lint.functions.json_text import error_at
from promptlint.lint.message import Name
from promptlint.lint.rule import Hit, Options, Span

TEXT = ("openai_chat", "openai_responses")  # the APIs whose arguments are JSON text
OBJECT = "the arguments of {name!r} are text, where this API wants an object: {text!r}"
NO_OBJECT = "the arguments of {name!r} are JSON, but no object: {text!r}"
TWICE = "the arguments of {name!r} were encoded as JSON twice: {text!r}"
EMPTY = "the arguments of {name!r} are an empty text: llama.cpp and SGLang refuse it"


def check(context: RequestContext, _options: Options) -> Iterator[Hit]:
    """A hit in each call, where its arguments stop to be JSON."""
    for call in calls(context.messages):
        if not call.is_custom and isinstance(call.arguments, str):
            yield from _wrong(call, call.arguments, context.request.dialect)


def _wrong(call: Call, text: str, dialect: str) -> Iterator[Hit]:
    fields: dict[str, Any] = {"name": Name(call.name)}
    if not text.strip():
        # A call without arguments, as hosted APIs stream it and take it back; vLLM reads it as {}.
        if dialect == "openai_chat":
            yield Hit(Span(call.arguments_at), text, message=EMPTY, severity="info", fields=fields)
        return
    at = error_at(text)
    if at is not None:
        yield Hit(Span(call.arguments_at, at, len(text) - at), text, fields=fields)
    elif dialect == "anthropic":
        yield Hit(Span(call.arguments_at), text, message=OBJECT, fields=fields)
    elif dialect in TEXT and text.lstrip()[0] != "{" and text.strip() != "null":
        inner = json.loads(text)
        if isinstance(inner, str) and inner.lstrip()[:1] in ("{", "[") and error_at(inner) is None:
            yield Hit(Span(call.arguments_at), inner, message=TWICE, fields=fields)
            return
        # A Go client writes null for no arguments.
        text = inner if isinstance(inner, str) else text
        yield Hit(Span(call.arguments_at), text, message=NO_OBJECT, severity="warning", fields=fields)
