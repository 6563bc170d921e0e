"""Cassettes of Ruby's VCR, and of R's vcr, which writes the same container with bodies packed its own way."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.recorded import read_call
from promptlint.model import Request, Skipped

ABOUT = About("VCR cassettes of Ruby and R, and Betamax's, YAML or JSON")


def accepts(document: Document) -> bool:
    """A list of `http_interactions`."""
    return isinstance(document.data, dict) and isinstance(document.data.get("http_interactions"), list)


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests of all interactions, in the order of the file."""
    for number, one in enumerate(document.data["http_interactions"]):
        yield from read_call(document, name, one, f"/http_interactions/{number}")
