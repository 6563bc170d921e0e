"""Capture file → requests. One file per container format; what a file is, its structure says and never its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from promptlint.capture import (
    batch,
    body,
    claude_trace,
    go_vcr,
    har,
    helicone,
    hermes_dump,
    httprr,
    keyed_calls,
    langfuse,
    litellm_debug,
    litellm_payload,
    nock,
    openclaw,
    polly,
    promptfoo,
    ruby_vcr,
    single_call,
    spans,
    two_lists,
    vcrpy,
    vllm_log,
    wiremock,
)
from promptlint.capture.about import About
from promptlint.capture.document import Document, read_documents
from promptlint.capture.file_text import read_text, text_of
from promptlint.capture.foreign import looks_like
from promptlint.capture.line_file import line_documents
from promptlint.capture.sharing import Sharing
from promptlint.errors import InputError
from promptlint.model import Capture, Request, Skipped
from promptlint.progress import UNWATCHED, Progress


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
    "claude-trace": claude_trace,
    "litellm-payload": litellm_payload,
    "litellm-debug": litellm_debug,
    "openclaw": openclaw,
    "otlp": spans,
    "langfuse": langfuse,
    "batch": batch,
    "helicone": helicone,
    "promptfoo": promptfoo,
    "vllm-log": vllm_log,
    "polly": polly,
    "har": har,
    "vcrpy": vcrpy,
    "go-vcr": go_vcr,
    "ruby-vcr": ruby_vcr,
    "two-lists": two_lists,
    "nock": nock,
    "wiremock": wiremock,
    "httprr": httprr,
    "keyed-calls": keyed_calls,
    "recorded-calls": single_call,
    "body": body,
}


def load(path: str, progress: Progress = UNWATCHED, sharing: Sharing | None = None) -> Capture:
    """The requests of a capture file, "-" being standard input; a file with a document on each line is a "jsonl".

    Raises InputError where the file cannot be read or is no capture at all; single records that are no requests are
    listed in `skipped`. `progress` is told of each line of a large file. With one `sharing` for several files
    what is equal in them is one object.
    """
    sharing = sharing or Sharing()
    lines = line_documents(path, sharing, progress)
    if lines is not None:
        return _capture(path, lines)
    return _capture(path, read_documents(path, read_text(path), sharing))


def load_bytes(path: str, raw: bytes) -> Capture:
    """The same for the content of a file that is at hand; `path` is what it is called."""
    return _capture(path, read_documents(path, text_of(raw, path)))


def _capture(path: str, documents: Iterable[Document | Skipped]) -> Capture:
    found: list[Request | Skipped] = []
    formats: dict[str, None] = {}
    foreign: tuple[str, str] | None = None
    count = 0
    for one in documents:
        count += 1
        name = format_of(one)
        formats.update({} if name is None else {name: None})
        foreign = foreign or (looks_like(one.data) if isinstance(one, Document) else None)
        found += _read(one, name)
    if not formats:
        raise _unknown(foreign, path)
    requests = [one for one in found if isinstance(one, Request)]
    return Capture(
        path,
        "jsonl" if count > 1 else next(iter(formats)),
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


def _unknown(foreign: tuple[str, str] | None, path: str) -> InputError:
    if foreign is not None:
        return InputError(f"no request: it looks like {foreign[0]}", where=path, hint=foreign[1])
    hint = "promptlint formats lists what is read"
    return InputError("no request, and no capture format that we know", where=path, hint=hint)
