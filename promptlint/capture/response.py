"""What a container tells about an answer: when it came, and its body as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from promptlint.capture.file_text import GZIP_MAGIC, Unpacking

_MOST_BYTES = 16 * 1024 * 1024


def decoded(answer: Any, unpacking: Unpacking) -> Any:
    """An answer's body, unpacked: text where it is text, else bytes; JSON that was parsed already stays as it is."""
    if not isinstance(answer, bytes):
        return answer
    try:
        raw = unpacking.gunzip(answer, _MOST_BYTES) if answer.startswith(GZIP_MAGIC) else answer
    except ValueError:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def header(headers: Any, name: str) -> str | None:
    """A header's (first) value, from a mapping or from HAR's list of names and values; None if it is not there."""
    if isinstance(headers, Mapping):
        pairs = list(headers.items())
    else:
        listed = headers if isinstance(headers, list) else []
        pairs = [(item.get("name"), item.get("value")) for item in listed if isinstance(item, Mapping)]
    for key, value in pairs:
        if isinstance(key, str) and key.lower() == name:
            first = value[0] if isinstance(value, list) and value else value
            return first if isinstance(first, str) else None
    return None


def instant(text: Any) -> datetime | None:
    """A time in ISO 8601 or as an HTTP Date header; None for anything else."""
    if not isinstance(text, str):
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
