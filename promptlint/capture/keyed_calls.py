"""Cassettes that are a mapping: a hash, or whatever the recorder matches by, and the call recorded under it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.recorded import is_request, member, read_call
from promptlint.model import Request, Skipped
from promptlint.positions import step

ABOUT = About("cassettes that are a mapping of recorded calls")
_HOLDERS = ("interactions", "recordings", "cassettes", "entries")


def accepts(document: Document) -> bool:
    """A mapping, or one under a usual name, with recorded calls as its values."""
    empty = isinstance(document.data, dict) and document.data.get("interactions") == {}
    return empty or any(_is_call(call) for _, call in _calls(document.data))


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests of all calls, in the order of the file."""
    for pointer, call in _calls(document.data):
        if isinstance(call, dict):  # beside the calls there may be a version
            yield from read_call(document, name, call, pointer)


def _is_call(value: Any) -> bool:
    return is_request(member(value, "request"))


def _calls(data: Any) -> Iterator[tuple[str, Any]]:
    """Pointer and value of each member; a list under a key holds the calls that matched it, one after the other."""
    if not isinstance(data, dict) or "request" in data:
        return
    holder = next((key for key in _HOLDERS if isinstance(data.get(key), dict)), None)
    for key, value in (data if holder is None else data[holder]).items():
        pointer = (f"/{holder}" if holder else "") + step(key)
        if isinstance(value, list):
            yield from ((f"{pointer}/{number}", one) for number, one in enumerate(value))
        else:
            yield pointer, value
