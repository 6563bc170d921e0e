"""What a container tells about an answer: when it came, and its body as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from promptlint.capture.file_text import Unpacking, is_compressed

_MOST_BYTES = 16 * 1024 * 1024


def decoded(answer: Any, unpacking: Unpacking) -> Any:
    """An answer's body, unpacked: text where it is text, else bytes; JSON that was parsed already stays as it is."""
    if not isinstance(answer, bytes):
        return answer
    try:
        raw = unpacking.gunzip(answer, _MOST_BYTES) if is_compressed(answer) else answer
    except ValueError:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def header(headers: Any, name: str) -> str | None:
    """A header's (first) value, from a mapping or from a list of any of the recorders; None if it is not there."""
    for key, value in headers.items() if isinstance(headers, Mapping) else _listed(headers):
        if isinstance(key, str) and key.lower() == name:
            first = value[0] if isinstance(value, list) and value else value
            return first if isinstance(first, str) else None
    return None


def _listed(headers: Any) -> list[tuple[Any, Any]]:
    """Names and values of a list of mappings, of pairs, or of names and values in turn."""
    if not isinstance(headers, list):
        return []
    if all(isinstance(item, str) for item in headers):
        return list(zip(headers[::2], headers[1::2], strict=False))
    pairs = [(item[0], item[1]) for item in headers if isinstance(item, list) and len(item) == 2]
    named = [item for item in headers if isinstance(item, Mapping)]
    return pairs + [(item.get("name"), item.get("value", item.get("values"))) for item in named]


def _http_date(text: str) -> datetime:
    from email.utils import parsedate_to_datetime  # with sockets: 13 ms

    return parsedate_to_datetime(text)


def instant(text: Any) -> datetime | None:
    """A time in ISO 8601 or as an HTTP Date header; None for anything else."""
    if not isinstance(text, str):
        return None
    for read in (datetime.fromisoformat, _http_date):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
