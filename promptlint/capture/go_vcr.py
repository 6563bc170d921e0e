"""Cassettes of go-vcr: vcrpy's container, with `url` for the address; its version 1 has less around the body."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.recorded import is_request, member, read_call
from promptlint.model import Request, Skipped

ABOUT = About("go-vcr cassettes")


def accepts(document: Document) -> bool:
    """Interactions whose requests have a `url`."""
    listed = document.data.get("interactions") if isinstance(document.data, dict) else None
    return isinstance(listed, list) and any(is_request(member(one, "request")) for one in listed)


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests of all interactions, in the order of the file."""
    for number, one in enumerate(document.data["interactions"]):
        yield from read_call(document, name, one, f"/interactions/{number}")
