"""vcrpy cassettes, YAML or JSON, with the variations of the projects that use them."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.recorded import member, read_call
from promptlint.model import Request, Skipped

ABOUT = About("vcrpy cassettes, YAML or JSON", note="a parsed_body in YAML has lost its key order")


def accepts(document: Document) -> bool:
    """Interactions whose requests have a `uri`: recorders in other languages call it `url`, or nest it elsewhere."""
    listed = document.data.get("interactions") if isinstance(document.data, dict) else None
    if not isinstance(listed, list):
        return False
    return not listed or any("uri" in member(one, "request") for one in listed)


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests of all interactions, in the order of the file."""
    for number, one in enumerate(document.data["interactions"]):
        yield from read_call(document, name, one, f"/interactions/{number}")
