"""OpenTelemetry spans of model calls: OTLP as JSON, or single spans as console exporters print them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.clock import since_epoch
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.response import instant
from promptlint.capture.span_attributes import Attributes, attributes_of
from promptlint.capture.span_request import compose, is_model_call
from promptlint.errors import InputError
from promptlint.model import JsonObject, Request, Skipped

ABOUT = About("OpenTelemetry spans (GenAI, OpenInference, OpenLLMetry)", note="long attributes may be cut off")
_RESOURCES = ("resourceSpans", "resource_spans")
_SCOPES = ("scopeSpans", "scope_spans", "instrumentationLibrarySpans")
_IDS = {"spanId", "span_id", "traceId", "trace_id", "spanID", "traceID", "context", "spanContext"}
_CACHED = (
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.input_tokens.cached",
    "gen_ai.usage.details.cache_read_tokens",
    "gen_ai.usage.details.cached_tokens",
    "gen_ai.usage.cached_tokens",
    "llm.usage.cache_read_input_tokens",
    "llm.token_count.prompt_details.cache_read",
)
_SESSIONS = (
    "gen_ai.conversation.id",
    "session.id",
    "langfuse.session.id",
    "traceloop.association.properties.session_id",
    "traceloop.association.properties.thread_id",
)


def accepts(document: Document) -> bool:
    """OTLP, or something with attributes and the id of a span."""
    data = document.data
    if isinstance(data, dict) and any(isinstance(data.get(key), list) for key in _RESOURCES):
        return True
    return any(_is_span(one) for _, one in _spans(data))


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests of the spans that are calls of a model; the others are counted."""
    others = 0
    for pointer, span in _spans(document.data):
        attributes = attributes_of(span, pointer)
        if is_model_call(attributes):
            yield from _read_span(document, name, span, attributes, pointer)
        else:
            others += 1
    if others:
        yield Skipped(document.container("") or "", f"{others} spans that are no calls of a model")


def _read_span(
    document: Document, name: str, span: JsonObject, attributes: Attributes, pointer: str
) -> Iterator[Request | Skipped]:
    try:
        exchange = _exchange(document, span, attributes, pointer)
    except InputError as error:
        yield Skipped(document.container(pointer) or "", str(error))
    else:
        yield from request_or_skipped(document, name, exchange)


def _spans(data: Any) -> Iterator[tuple[str, JsonObject]]:
    if isinstance(data, dict) and any(isinstance(data.get(key), list) for key in _RESOURCES):
        for pointer, resource in _members("", data, _RESOURCES):
            for inner, scope in _members(pointer, resource, _SCOPES):
                yield from _members(inner, scope, ("spans",))
    elif isinstance(data, dict) and isinstance(data.get("spans"), list):
        yield from _members("", data, ("spans",))
    elif isinstance(data, list):
        yield from ((f"/{number}", one) for number, one in enumerate(data) if _is_span(one))
    elif _is_span(data):
        yield "", data


def _members(pointer: str, data: JsonObject, keys: tuple[str, ...]) -> Iterator[tuple[str, JsonObject]]:
    for key in keys:
        listed = data.get(key)
        for number, one in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(one, dict):
                yield f"{pointer}/{key}/{number}", one


def _is_span(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("attributes"), dict | list) and not _IDS.isdisjoint(one)


def _exchange(document: Document, span: JsonObject, attributes: Attributes, pointer: str) -> Exchange:
    composed = compose(attributes)
    return Exchange(
        pointer,
        composed.body,
        recorded_at=_started(span),
        cached_tokens=next((count for key in _CACHED if (count := attributes.number(key)) is not None), None),
        session=next((text for key in _SESSIONS if (text := attributes.text(key))), None),
        dialect="openai_chat",
        source=composed.source(document, pointer),
    )


def _started(span: JsonObject) -> Any:
    nanoseconds = span.get("startTimeUnixNano", span.get("start_time_unix_nano"))
    return since_epoch(nanoseconds, 1_000_000_000) or instant(span.get("start_time", span.get("startTime")))
