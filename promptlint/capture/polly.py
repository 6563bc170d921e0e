"""Polly.JS recordings: HAR, with the name of the recording in it and binary answers as lists of chunks."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.capture import har
from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.recorded import member
from promptlint.model import Request, Skipped

ABOUT = About("Polly.JS recordings, JSON or YAML", note="a body kept as textJSON has lost its key order")


def accepts(document: Document) -> bool:
    """A HAR that Polly has written."""
    if not har.accepts(document):
        return False
    log = document.data["log"]
    return "_recordingName" in log or "polly" in str(member(log, "creator").get("name")).lower()


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests of all entries, in the order of the file."""
    yield from har.read(document, name)
