"""AWS event streams (application/vnd.amazon.eventstream): binary messages of headers and a payload.

A message is its length and that of its headers, a checksum of the two, the headers, the payload and a checksum of all.
The first checksum is looked at, because it tells a message from other bytes; the last one is not, because recorders
blank out secrets in the middle.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
import zlib
from collections.abc import Iterator

_PRELUDE = struct.Struct(">III")
_LEAST = _PRELUDE.size + 4  # the checksum at the end
_FIXED_SIZES = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}  # of header values, by their type
_BYTES, _TEXT = 6, 7


def is_stream(raw: bytes) -> bool:
    """Does it begin with a message, or a part of one."""
    return _lengths(raw, 0) is not None


def payloads(raw: bytes) -> Iterator[str]:
    """The JSON text of each message that is there whole: under the name of its event, where it is no mere chunk."""
    start = 0
    while (lengths := _lengths(raw, start)) is not None and start + lengths[0] <= len(raw):
        total, headers_length = lengths
        headers = raw[start + _PRELUDE.size :][:headers_length]
        payload = raw[start + _PRELUDE.size + headers_length : start + total - 4]
        yield _as_text(_headers(headers), payload.decode("utf-8", "replace"))
        start += total


def _lengths(raw: bytes, start: int) -> tuple[int, int] | None:
    if start + _PRELUDE.size > len(raw):
        return None
    total, headers, checksum = _PRELUDE.unpack_from(raw, start)
    if zlib.crc32(raw[start : start + 8]) != checksum or total < _LEAST + headers:
        return None
    return total, headers


def _headers(raw: bytes) -> dict[str, str]:
    """The headers whose values are texts, up to one that cannot be read."""
    found, at = {}, 0
    while at < len(raw):
        name = raw[at + 1 : at + 1 + raw[at]]
        at += 1 + len(name)
        kind = raw[at] if at < len(raw) else None
        start, length = _value(raw, at + 1, kind)
        if length is None:
            break
        if kind == _TEXT:
            found[name.decode("utf-8", "replace")] = raw[start : start + length].decode("utf-8", "replace")
        at = start + length
    return found


def _value(raw: bytes, at: int, kind: int | None) -> tuple[int, int | None]:
    """Where a header's value begins, and its length."""
    if kind in (_BYTES, _TEXT):
        return at + 2, int.from_bytes(raw[at : at + 2], "big")
    return at, None if kind is None else _FIXED_SIZES.get(kind)


def _as_text(headers: dict[str, str], payload: str) -> str:
    if headers.get(":message-type", "event") != "event":
        return f'{{"error": {payload or "{}"}}}'
    event = headers.get(":event-type", "chunk")
    return _chunk(payload) if event == "chunk" else f"{{{json.dumps(event)}: {payload}}}"


def _chunk(payload: str) -> str:
    """What a chunk of InvokeModel carries: the model's own JSON, packed."""
    try:
        packed = json.loads(payload)
        return base64.b64decode(packed["bytes"]).decode("utf-8", "replace")
    except (ValueError, binascii.Error, KeyError, TypeError, RecursionError):
        return payload
