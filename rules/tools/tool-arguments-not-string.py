"""KV308: a chat completions request with tool call arguments that are an object."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.calls import calls
from promptlint.lint.context import RequestContext
from promptlint.lint.message import Name
from promptlint.lint.rule import Hit, Options, Span


def check(context: RequestContext, _options: Options) -> Iterator[Hit]:
    """A hit at each object; Ollama and Anthropic want objects."""
    if context.request.dialect != "openai_chat":
        return
    found = [call for call in calls(context.messages) if not call.is_custom]
    mixed = any(isinstance(call.arguments, str) for call in found)
    for call in found:
        if isinstance(call.arguments, dict | list):
            note = "other calls of this request have text" if mixed else None
            yield Hit(Span(call.arguments_at), Name(call.name), identity="object", note=note)
