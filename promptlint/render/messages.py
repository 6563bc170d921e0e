"""The preparation of a conversation that transformers' apply_chat_template does itself, below vLLM and SGLang too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from promptlint.errors import TemplateError
from promptlint.model import JsonObject

_REASONING_NAMES = ("reasoning_content", "thinking", "reasoning")  # the first that has a value counts


def prepare_messages(messages: Sequence[Any]) -> list[JsonObject]:
    """The messages without null keys and with reasoning under every name; an error as transformers words it."""
    if not messages:
        raise TemplateError(
            "Cannot apply chat template to an empty conversation. Provide at least one message.", kind="ValueError"
        )
    return [_with_reasoning_names(_without_nulls(message)) for message in messages]


def check_tools(tools: Any) -> None:
    """Raises what transformers raises for tools that are no JSON schema."""
    if tools is not None and not (isinstance(tools, list | tuple) and all(isinstance(tool, dict) for tool in tools)):
        raise TemplateError(
            "Tools should either be a JSON schema, or a callable function with type hints "
            "and a docstring suitable for auto-conversion to a schema.",
            kind="ValueError",
        )


def check_documents(documents: Any) -> None:
    """Raises what transformers raises for documents that are no list of objects."""
    if documents is not None and not (isinstance(documents, list) and all(isinstance(d, dict) for d in documents)):
        raise TemplateError("Documents should be a list of dicts with 'title' and 'text' keys!", kind="TypeError")


def _without_nulls(message: Any) -> JsonObject:
    if not isinstance(message, dict):
        raise TemplateError(f"{type(message).__name__!r} object has no attribute 'items'", kind="AttributeError")
    return {key: value for key, value in message.items() if value is not None}


def _with_reasoning_names(message: JsonObject) -> JsonObject:
    reasoning = next((message[name] for name in _REASONING_NAMES if name in message), None)
    if reasoning is None:
        return message
    return {"thinking": reasoning, **message, "reasoning_content": reasoning}
