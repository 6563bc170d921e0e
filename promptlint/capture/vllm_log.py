"""vLLM's request log: prompts that are rendered already, as Python printed them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.document import MOST_LINES, Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.log_text import LineCount
from promptlint.capture.python_literal import LiteralError, LiteralReader
from promptlint.errors import InputError
from promptlint.model import Request, Skipped, Source

ABOUT = About(
    "vLLM's request log",
    tools=False,
    system=False,
    cached_tokens=False,
    note="prompts are rendered already, and --max-log-len cuts them",
)
_RECORD = re.compile(
    r"Received request \S{1,200}+ ?(?P<what>prompt|params): |Request \S{1,200}+ details: (?P<details>prompt): "
)
_IDS = re.compile(r"prompt[_ ]token[_ ]ids: (?=\[|None)")
_HIDDEN = "vLLM writes the prompts only at the level DEBUG: none is in this log"
_CUT = "the prompt is cut off: start vLLM without --max-log-len"
_LIKELY_WHOLE = 20  # a prompt of so few characters may well have as many tokens


def accepts(document: Document) -> bool:
    """A log with at least one such record."""
    return document.is_text and _RECORD.search(document.text) is not None


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The prompts in the order of the log."""
    lines, number = LineCount(document.text), 0
    for start, body in _prompts(LiteralReader(document.text)):
        if number >= MOST_LINES:
            raise InputError(f"more than {MOST_LINES} requests", where=document.path, hint="split the log")
        if isinstance(body, LiteralError):
            yield Skipped(f"/{number}", f"{lines.place(start)}: {body}")
        else:
            # No inside of a Python string can be addressed: every place in it is its opening quote.
            source = Source(document.text, start)
            yield from request_or_skipped(
                document, name, Exchange(f"/{number}", body, dialect="completion", source=source)
            )
        number += 1
    if not number:
        yield Skipped("", _HIDDEN)


def _prompts(reader: LiteralReader) -> Iterator[tuple[int, dict[str, Any] | LiteralError]]:
    """Where each prompt starts, and the body that it makes, or why it makes none."""
    match = _RECORD.search(reader.text)
    while match is not None:
        at = match.end()
        if match["what"] != "params":
            try:
                body, at = _body(reader, at)
                yield match.end(), body
            except LiteralError as error:
                yield match.end(), error
                at = _end_of_line(reader.text, at)
        match = _RECORD.search(reader.text, at)


def _body(reader: LiteralReader, at: int) -> tuple[dict[str, Any], int]:
    """The prompt at `at`: its text, else its token ids. Raises LiteralError where there is neither, or not all."""
    if reader.text.startswith("None", at):
        prompt, end = None, at + 4
    else:
        try:
            prompt, end = reader.string(at)
        except LiteralError as error:
            raise LiteralError(_CUT, error.offset) from None
    ids = _token_ids(reader, end)
    # What cuts the log allows as many characters of the text as tokens of the list.
    if prompt is not None and ids is not None and len(prompt) == len(ids) > _LIKELY_WHOLE:
        raise LiteralError(_CUT, at)
    found = prompt if prompt is not None else ids
    if found is None:
        raise LiteralError("neither a prompt nor its token ids", at)
    return {"prompt": found}, end


def _token_ids(reader: LiteralReader, at: int) -> list[Any] | None:
    """The list that the record ends with: its parameters, before it, may quote anything."""
    ends = [match.end() for match in _IDS.finditer(reader.text, at, _end_of_line(reader.text, at))]
    try:
        ids = reader.value(ends[-1])[0] if ends else None
    except LiteralError:
        return None
    return ids if isinstance(ids, list) else None


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
