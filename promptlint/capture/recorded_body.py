"""The body of a recorded HTTP message, wherever its recorder put it: text, bytes, parsed, or packed in a mapping."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, NamedTuple

from promptlint.capture import json_text

# A mapping with nothing but these wraps a body; "file" and "encoding" say how it was written.
_WRAPPING = {"string", "encoding", "base64_string", "raw_gzip", "file"}
_BASE64_KEYS = ("base64_string", "raw_gzip", "base64Bytes", "base64")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})++")
_BASE64_LIST = re.compile(r'\s*+\[\s*+"[A-Za-z0-9+/=]++"')
# What a request to a chat API has at its top; a mapping with a "body" and none of these is one more envelope.
_OF_A_CHAT = {"messages", "input", "contents", "prompt", "message", "model"}
_MOST_ENVELOPES = 3


class RecordedBody(NamedTuple):
    """A body, and where it stands below the message that it belongs to."""

    pointer: str
    value: Any  # text, bytes (perhaps compressed), or the parsed body
    packed: bool = False  # the bytes are not the text that stands in the file


def body_of(message: dict[str, Any], keys: tuple[str, ...] = ("parsed_body", "body")) -> RecordedBody:
    """The body of a recorded request or response, under the first of `keys` that is there."""
    key = next((key for key in keys if key in message), None)
    if key is None:
        return RecordedBody("", None)
    if key == "parsed_body":
        return RecordedBody("/parsed_body", message[key])
    return unwrapped(RecordedBody(f"/{key}", message[key]), message.get("bodyEncoding", message.get("encoding")))


def unwrapped(found: RecordedBody, encoding: Any = None) -> RecordedBody:
    """The body without the mappings and lists that a recorder packs it into."""
    for _ in range(_MOST_ENVELOPES):
        if not isinstance(found.value, dict):
            break
        inner = _inner(found)
        if inner is None:
            break
        found = inner
    if isinstance(found.value, list):
        chunks = from_hex_chunks(found.value)
        return found if chunks is None else RecordedBody(found.pointer, chunks, packed=True)
    if encoding == "base64" and isinstance(found.value, str):
        raw = from_base64(found.value)
        return found if raw is None else RecordedBody(found.pointer, raw, packed=True)
    return found


def _inner(found: RecordedBody) -> RecordedBody | None:
    """What a mapping wraps; None for a mapping that is the parsed body itself."""
    wrapped, pointer = found.value, found.pointer
    key = next((key for key in _BASE64_KEYS if key in wrapped), None)
    if key is not None and not _OF_A_CHAT & wrapped.keys():
        return RecordedBody(f"{pointer}/{key}", from_base64(wrapped[key]), packed=True)
    if wrapped.keys() <= _WRAPPING:
        return RecordedBody(f"{pointer}/string", wrapped.get("string"))
    # MockServer names the kind of a body beside it.
    if isinstance(wrapped.get("type"), str) and not _OF_A_CHAT & wrapped.keys():
        kind = wrapped["type"].lower()
        if kind in {"json", "string"} and kind in wrapped:
            return RecordedBody(f"{pointer}/{kind}", wrapped[kind])
    if "body" in wrapped and not _OF_A_CHAT & wrapped.keys():
        return RecordedBody(f"{pointer}/body", wrapped["body"])
    return None


def from_base64(text: Any) -> bytes | None:
    """The bytes of a base64 text, line ends and all; None for anything else."""
    if isinstance(text, bytes):
        return text
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError, TypeError):
        return None


def from_strict_base64(text: str) -> bytes | None:
    """The bytes of a text that is base64 to the last character."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def from_hex_chunks(chunks: list[Any]) -> bytes | None:
    """The bytes of a list of hexadecimal texts; None for any other list."""
    if not chunks or not all(isinstance(one, str) and _HEX.fullmatch(one) for one in chunks):
        return None
    return b"".join(map(bytes.fromhex, chunks))


def from_base64_chunks(text: str) -> bytes | None:
    """The bytes of a JSON list of base64 texts, one for each chunk that came; None for any other text."""
    if not _BASE64_LIST.match(text):
        return None
    try:
        chunks = json_text.parse(text)
    except json_text.JsonError:
        return None
    parts = [from_strict_base64(one) if isinstance(one, str) else None for one in chunks]
    return None if None in parts else b"".join(part for part in parts if part is not None)
