"""One recorded HTTP exchange → a request, or the reason why it is none. All containers end here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from promptlint.answer.usage import cached_tokens
from promptlint.capture import json_text
from promptlint.capture.document import Document
from promptlint.capture.file_text import GZIP_MAGIC, Unpacking
from promptlint.capture.response import decoded
from promptlint.dialect import DIALECTS, sniff
from promptlint.dialect.endpoints import other_endpoint, path_of
from promptlint.dialect.shape import ShapeError
from promptlint.errors import InputError
from promptlint.model import JsonObject, Request, Skipped, Source
from promptlint.positions import step

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
    source: Source | None = None  # where a container that is no JSON or YAML has found the body


def request_or_skipped(document: Document, format_name: str, exchange: Exchange) -> Iterator[Request | Skipped]:
    """The request, or why this record is none: a broken one never takes the others with it."""
    try:
        found = request(document, format_name, exchange)
        DIALECTS[found.dialect].normalise(found.body)
        yield found
    except (InputError, ShapeError) as error:
        yield Skipped(document.container(exchange.pointer) or "", str(error))


def request(document: Document, format_name: str, exchange: Exchange) -> Request:
    """The request, its shape not checked yet. Raises InputError with the reason why there is none."""
    _check_address(exchange)
    body = _body(exchange, document.unpacking)
    dialect = sniff(body, exchange.url)
    if dialect is None:
        raise InputError("no chat request of an API that we read", hint="it has neither messages nor an input")
    source = exchange.source or _source(document, exchange)
    if exchange.from_sdk:
        body, source = _with_extra_body(body, source)
    model = body.get("model")
    answer = decoded(exchange.answer, document.unpacking)
    return Request(
        path=document.path,
        container=document.container(exchange.pointer),
        format=format_name,
        dialect=dialect,
        model=model if isinstance(model, str) else None,
        body=body,
        source=source,
        recorded_at=exchange.recorded_at,
        observed_cached_tokens=cached_tokens(answer) if exchange.cached_tokens is None else exchange.cached_tokens,
        key_order_kept=exchange.key_order_kept,
        session=exchange.session,
        answer=answer,
    )


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
        text = (unpacking.gunzip(raw, MOST_BODY_BYTES) if raw.startswith(GZIP_MAGIC) else raw).decode("utf-8")
        unpacking.count_values(text)
        return text
    except UnicodeDecodeError:
        raise InputError("the body is not UTF-8 text") from None
    except ValueError as error:
        raise InputError(f"the body is {error}" if "broken" in str(error) else f"the body {error}") from None


def _parsed(text: str) -> Any:
    try:
        return json_text.parse(text)
    except json_text.JsonError as error:
        if re.match(r"--\S+\r?\n", text):
            raise InputError("a multipart form, not JSON") from None
        if re.match(r"[\w.%+-]+=[^\n]*\Z", text):
            raise InputError("a form, not JSON") from None
        raise InputError(f"the body is not readable at character {error.offset + 1}: {error}") from None


def _plain(body: Any) -> Any:
    """A tree of its own, without YAML's bytes and aliases."""
    try:
        return json.loads(json.dumps(body, default=lambda raw: raw.decode("utf-8", "replace"), allow_nan=False))
    except ValueError:
        raise InputError("a number in the body that JSON has no place for") from None


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
    moved = {step(key): "/extra_body" + step(key) for key in extra}
    return kept | extra, replace(source, moved=moved)
