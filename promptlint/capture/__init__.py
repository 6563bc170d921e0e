"""Capture file → requests. One file per container format; what a file is, its structure says and never its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from promptlint.capture import body, har, hermes_dump, vcrpy
from promptlint.capture.about import About
from promptlint.capture.document import Document, read_documents
from promptlint.capture.file_text import read_text, text_of
from promptlint.capture.foreign import looks_like
from promptlint.errors import InputError
from promptlint.model import Capture, Request, Skipped


class Format(Protocol):
    """What a module of this package offers to be a format."""

    ABOUT: About

    def accepts(self, document: Document) -> bool:
        """Is this document such a container."""

    def read(self, document: Document, name: str) -> Iterator[Request | Skipped]:
        """Its requests, each with `name` as its format, and the records that are none."""


# Each takes a whole file, or one line of a JSONL. The first that accepts reads.
FORMATS: dict[str, Format] = {
    "hermes-dump": hermes_dump,
    "har": har,
    "vcrpy": vcrpy,
    "body": body,
}


def load(path: str) -> Capture:
    """The requests of a capture file, "-" being standard input; a file with a document on each line is a "jsonl".

    Raises InputError where the file cannot be read or is no capture at all; single records that are no requests are
    listed in `skipped`.
    """
    return _capture(path, read_text(path))


def load_bytes(path: str, raw: bytes) -> Capture:
    """The same for the content of a file that is at hand; `path` is what it is called."""
    return _capture(path, text_of(raw, path))


def _capture(path: str, text: str) -> Capture:
    documents = [(one, format_of(one)) for one in read_documents(path, text)]
    formats = {name for _, name in documents if name is not None}
    if not formats:
        raise _unknown([one for one, _ in documents], path)
    found = [each for one, name in documents for each in _read(one, name)]
    requests = [one for one in found if isinstance(one, Request)]
    return Capture(
        path,
        "jsonl" if len(documents) > 1 else formats.pop(),
        tuple(replace(one, number=number, siblings=len(requests)) for number, one in enumerate(requests)),
        tuple(one for one in found if isinstance(one, Skipped)),
    )


def format_of(document: Document | Skipped) -> str | None:
    """The format whose structure a document has."""
    if isinstance(document, Skipped):
        return None
    return next((name for name, module in FORMATS.items() if module.accepts(document)), None)


def _read(document: Document | Skipped, name: str | None) -> Iterator[Request | Skipped]:
    if isinstance(document, Skipped):
        yield document
    elif name is not None:
        yield from FORMATS[name].read(document, name)
    else:
        known = looks_like(document.data)
        yield Skipped(document.container("") or "", f"looks like {known[0]}" if known else "no request")


def _unknown(documents: list[Document | Skipped], path: str) -> InputError:
    for one in documents:
        known = looks_like(one.data) if isinstance(one, Document) else None
        if known is not None:
            return InputError(f"no request: it looks like {known[0]}", where=path, hint=known[1])
    hint = "known are " + ", ".join(FORMATS) + ", and JSONL of these"
    return InputError("no request, and no capture format that we know", where=path, hint=hint)
