"""One recorded HTTP exchange → a request, or the reason why it is none. All containers end here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from promptlint import positions
from promptlint.answer.usage import cached_tokens
from promptlint.capture import json_text
from promptlint.capture.document import Document
from promptlint.capture.file_text import Unpacking, is_compressed
from promptlint.capture.response import decoded
from promptlint.dialect import DIALECTS, sniff
from promptlint.dialect.endpoints import host_of, model_of, other_endpoint, path_of
from promptlint.dialect.shape import ShapeError
from promptlint.errors import InputError
from promptlint.model import JsonObject, Place, Request, Skipped, Source
from promptlint.positions import origin, step
from promptlint.records import dataclass

MOST_BODY_BYTES = 64 * 1024 * 1024  # what a compressed body may unpack to
_NO_BODY = {"GET", "HEAD", "OPTIONS", "DELETE"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a container says about one request; `pointer` is that of the body."""

    pointer: str
    body: Any  # JSON text, bytes (perhaps gzip), or the parsed body
    method: str | None = None
    url: str | None = None
    recorded_at: datetime | None = None
    answer: Any = None  # the response's body: text, bytes (perhaps gzip), or the parsed body
    cached_tokens: int | None = None  # where the container counts them beside the answer
    session: str | None = None  # the container's own id of the conversation
    key_order_kept: bool = True
    from_sdk: bool = False  # the arguments of an SDK call: `extra_body` is merged before it is sent
    from_yaml: bool = False  # a parsed body may hold what JSON does not know
    packed: bool = False  # the bytes are not the text that stands in the file
    dialect: str | None = None  # where the container knows the API better than the body and its address show it
    source: Source | None = None  # where a container that is no JSON or YAML has found the body


class BrokenBodyError(InputError):
    """A body that should be a request and cannot be read; `offset` is where its text goes wrong, if it is a text."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.offset = offset


def request_or_skipped(document: Document, format_name: str, exchange: Exchange) -> Iterator[Request | Skipped]:
    """The request, or why this record is none: a broken one never takes the others with it."""
    container = document.container(exchange.pointer) or ""
    try:
        found = request(document, format_name, exchange)
    except BrokenBodyError as error:
        yield Skipped(container, str(error), _place(document, exchange, error.offset))
        return
    except InputError as error:
        yield Skipped(container, str(error))
        return
    try:
        DIALECTS[found.dialect].normalise(found.body)
        yield found
    except ShapeError as error:
        yield Skipped(container, str(error), positions.place(found, error.pointer))


def _place(document: Document, exchange: Exchange, offset: int | None) -> Place:
    """Where a body that is broken goes wrong: in its text, else where it begins."""
    source = exchange.source or document.source(exchange.pointer, "opaque")
    found = positions.place_in(source, document.path, "", offset)
    return replace(found, pointer=exchange.pointer)


def request(document: Document, format_name: str, exchange: Exchange) -> Request:
    """The request, its shape not checked yet. Raises InputError with the reason why there is none."""
    _check_address(exchange)
    body = _body(exchange, document.unpacking)
    outer, (body, moved, texts) = body, _unwrapped(body)
    dialect = exchange.dialect or sniff(body, exchange.url)
    if dialect is None:
        raise InputError("no chat request of an API that we read", hint="it has neither messages nor an input")
    source = _moved(exchange.source or _source(document, exchange), moved, texts)
    if exchange.from_sdk:
        body, source = _with_extra_body(body, source)
    answer = decoded(exchange.answer, document.unpacking)
    return Request(
        path=document.path,
        container=document.container(exchange.pointer),
        format=format_name,
        dialect=dialect,
        model=_model(body, outer, exchange.url),
        body=body,
        source=source,
        recorded_at=exchange.recorded_at,
        observed_cached_tokens=cached_tokens(answer) if exchange.cached_tokens is None else exchange.cached_tokens,
        key_order_kept=exchange.key_order_kept,
        session=exchange.session,
        host=None if exchange.url is None else host_of(exchange.url),
        answer=answer,
    )


def _model(body: JsonObject, outer: JsonObject, url: str | None) -> str | None:
    """The model by the body, by the SDK call around it, else by the address."""
    given = (body.get("model"), body.get("modelId"), outer.get("modelId"))
    found = next((name for name in given if isinstance(name, str) and name), None)
    return found or (None if url is None else model_of(url))


def is_sdk_call(data: Any) -> bool:
    """Are these the arguments of AWS's `invoke_model`, with the body in one of them."""
    return isinstance(data, dict) and isinstance(data.get("modelId"), str) and isinstance(data.get("body"), str | dict)


def _unwrapped(body: JsonObject) -> tuple[JsonObject, Mapping[str, str], tuple[str, ...]]:
    """The body that AWS's SDK is to send, out of the arguments of its call: JSON text as a rule."""
    if not is_sdk_call(body):
        return body, {}, ()
    inner = body["body"]
    parsed = _parsed(inner) if isinstance(inner, str) else inner
    if not isinstance(parsed, dict):
        raise InputError("the body is no object")
    return parsed, {"": "/body"}, ("/body",) if isinstance(inner, str) else ()


def _moved(source: Source, moved: Mapping[str, str], texts: tuple[str, ...]) -> Source:
    """The source of a body that stands deeper inside the one it was the source of."""
    if not moved:
        return source
    deeper = {pointer: origin(place, source.moved) for pointer, place in moved.items()}
    inside = tuple(origin(text, source.moved) for text in texts)
    return replace(source, moved={**source.moved, **deeper}, texts=(*source.texts, *inside))


def _check_address(exchange: Exchange) -> None:
    if exchange.method is not None and exchange.method.upper() in _NO_BODY:
        raise InputError(f"{exchange.method.upper()[:10]} has no body")
    other = None if exchange.url is None else other_endpoint(exchange.url)
    if other is not None:
        raise InputError(f"{other}: {json_text.shown(path_of(exchange.url or ''))}")


def _body(exchange: Exchange, unpacking: Unpacking) -> JsonObject:
    text = exchange.body
    if text is None or text in ("", b""):
        raise InputError("no body")
    if isinstance(text, bytes):
        text = _decoded(text, unpacking)
    body = _parsed(text) if isinstance(text, str) else _plain(text) if exchange.from_yaml else text
    if not isinstance(body, dict):
        raise InputError("the body is no object")
    return body


def _decoded(raw: bytes, unpacking: Unpacking) -> str:
    try:
        text = (unpacking.gunzip(raw, MOST_BODY_BYTES) if is_compressed(raw) else raw).decode("utf-8")
        unpacking.count_values(text)
        return text
    except UnicodeDecodeError:
        raise BrokenBodyError("the body is not UTF-8 text") from None
    except ValueError as error:
        raise BrokenBodyError(f"the body is {error}" if "broken" in str(error) else f"the body {error}") from None


def _parsed(text: str) -> Any:
    try:
        return json_text.parse(text)
    except json_text.JsonError as error:
        if re.match(r"--\S+\r?\n", text):
            raise InputError("a multipart form, not JSON") from None
        if re.match(r"[\w.%+-]+=[^\n]*\Z", text):
            raise InputError("a form, not JSON") from None
        raise BrokenBodyError(
            f"the body is not readable at character {error.offset + 1}: {error}", error.offset
        ) from None


def _plain(body: Any) -> Any:
    """A tree of its own, without YAML's bytes and aliases."""
    try:
        return json.loads(json.dumps(body, default=lambda raw: raw.decode("utf-8", "replace"), allow_nan=False))
    except ValueError:
        raise BrokenBodyError("a number in the body that JSON has no place for") from None


def _source(document: Document, exchange: Exchange) -> Source:
    if isinstance(exchange.body, str) and not exchange.packed:
        return document.source(exchange.pointer, "text", exchange.body)
    return document.source(exchange.pointer, "object" if isinstance(exchange.body, dict) else "opaque")


def _with_extra_body(body: JsonObject, source: Source) -> tuple[JsonObject, Source]:
    """What the SDK sends: its `extra_body` argument merged in, arguments that are no part of the body left out."""
    # The SDK lets extra_body win over an argument of the same name.
    extra = body.get("extra_body")
    kept = {key: value for key, value in body.items() if key not in {"extra_body", "extra_headers", "extra_query"}}
    if not isinstance(extra, dict):
        return kept, source
    moved = {step(key): origin("/extra_body" + step(key), source.moved) for key in extra}
    return kept | extra, replace(source, moved={**source.moved, **moved})
