"""LiteLLM's StandardLoggingPayload, as its callbacks get it: messages here, tools among the model parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from promptlint.answer.usage import cached_tokens
from promptlint.capture.about import About
from promptlint.capture.clock import since_epoch
from promptlint.capture.composed import Composed
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.json_text import shown
from promptlint.errors import InputError
from promptlint.model import JsonObject, Request, Skipped

ABOUT = About("LiteLLM's standard logging payloads")
# What was called → the API whose shape the messages have, and the key that they have there.
_CALLS = {
    "": ("openai_chat", "messages"),
    "completion": ("openai_chat", "messages"),
    "acompletion": ("openai_chat", "messages"),
    "responses": ("openai_responses", "input"),
    "aresponses": ("openai_responses", "input"),
    "anthropic_messages": ("anthropic", "messages"),
}
_WRAPPERS = ("/standard_logging_object", "/kwargs/standard_logging_object")
_REDACTED = "redacted-by-litellm"
# The first part of a model's name, where it is the provider's and not the publisher's.
_PROVIDERS = {
    "openai", "azure", "azure_ai", "anthropic", "bedrock", "cerebras", "cohere", "cohere_chat", "databricks",
    "deepseek", "fireworks_ai", "gemini", "github", "groq", "hosted_vllm", "huggingface", "litellm_proxy",
    "llamafile", "lm_studio", "mistral", "nvidia_nim", "ollama", "ollama_chat", "openrouter", "perplexity",
    "sagemaker", "together_ai", "vertex_ai", "vllm", "watsonx", "xai",
}  # fmt: skip  # laid out by hand, to be read as a table


class _Payload(NamedTuple):
    pointer: str
    data: JsonObject


def accepts(document: Document) -> bool:
    """A payload, one in its wrapping, or a list of them."""
    return any(_unwrapped(pointer, one) is not None for pointer, one in _listed(document.data))


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests of the calls that are chats."""
    for pointer, one in _listed(document.data):
        payload = _unwrapped(pointer, one)
        reason = "no payload" if payload is None else _why_none(payload.data)
        if payload is not None and reason is None:
            try:
                yield from request_or_skipped(document, name, _exchange(document, payload))
                continue
            except InputError as error:
                reason = f"the messages are {error}"
        yield Skipped(document.container(pointer) or "", reason or "")


def _listed(data: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(data, list):
        yield from ((f"/{number}", one) for number, one in enumerate(data))
    else:
        yield "", data


def _unwrapped(pointer: str, one: Any) -> _Payload | None:
    if not isinstance(one, dict):
        return None
    kwargs = one.get("kwargs")
    inner = one.get("standard_logging_object")
    if isinstance(inner, dict):
        return _Payload(pointer + _WRAPPERS[0], inner)
    if isinstance(kwargs, dict) and isinstance(kwargs.get("standard_logging_object"), dict):
        return _Payload(pointer + _WRAPPERS[1], kwargs["standard_logging_object"])
    is_payload = "messages" in one and isinstance(one.get("model_parameters"), dict)
    return _Payload(pointer, one) if is_payload else None


def _why_none(payload: JsonObject) -> str | None:
    call, messages = payload.get("call_type") or "", payload.get("messages")
    if not isinstance(call, str) or call not in _CALLS:
        return f"a call of the type {shown(str(call))}, no chat request"
    if messages is None:
        return "the payload has no messages"
    first = messages[0] if isinstance(messages, list) and messages else messages
    if _REDACTED in (messages, first.get("content") if isinstance(first, dict) else None):
        return "LiteLLM was told to leave the messages out of its logs"
    return None


def _exchange(document: Document, payload: _Payload) -> Exchange:
    data, pointer = payload.data, payload.pointer
    dialect, key = _CALLS[data.get("call_type") or ""]
    composed = Composed()
    composed.put("model", _model(data), pointer + "/model")
    _put_messages(composed, key, data["messages"], pointer + "/messages")
    composed.put_all(data.get("model_parameters"), pointer + "/model_parameters")
    return Exchange(
        pointer,
        composed.body,
        recorded_at=since_epoch(data.get("startTime")),
        answer=data.get("response"),
        cached_tokens=_counted(data),
        session=_session(data.get("metadata")),
        from_sdk=True,
        dialect=dialect,
        source=composed.source(document, pointer),
    )


def _put_messages(composed: Composed, key: str, messages: Any, pointer: str) -> None:
    messages = composed.unpacked(messages, pointer)
    if isinstance(messages, str) and key == "messages":
        composed.put(key, [{"role": "user", "content": messages}], pointer)
        composed.moved["/messages/0/content"] = pointer
    else:
        composed.put(key, messages, pointer)


def _model(data: JsonObject) -> str | None:
    """The name as the provider knows it."""
    model = data.get("model")
    if not isinstance(model, str):
        return None
    provider, slash, name = model.partition("/")
    is_provider = provider in _PROVIDERS or provider == data.get("custom_llm_provider")
    return name if slash and is_provider else model


def _counted(data: JsonObject) -> int | None:
    """The provider's count, kept in the metadata even where the answer is not."""
    metadata = data.get("metadata")
    return cached_tokens({"usage": metadata.get("usage_object")}) if isinstance(metadata, dict) else None


def _session(metadata: Any) -> str | None:
    """The id that the client gave the conversation. A trace id is a new one for each call, unless it is told."""
    metadata = metadata if isinstance(metadata, dict) else {}
    inner = metadata.get("requester_metadata")
    found = [part.get("session_id") for part in (metadata, inner) if isinstance(part, dict)]
    return next((one for one in found if isinstance(one, str) and one), None)
