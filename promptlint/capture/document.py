"""One document: a whole file of JSON, YAML or text, or one line of a file that has a JSON document on each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from itertools import islice
from typing import Any, Literal, NamedTuple

from promptlint.capture import json_text, yaml_text
from promptlint.capture.file_text import Unpacking
from promptlint.capture.growing_text import GrowingTexts
from promptlint.capture.json_text import JsonError
from promptlint.capture.sharing import Sharing
from promptlint.errors import InputError
from promptlint.model import Place, Skipped, Source
from promptlint.positions import line_and_column
from promptlint.records import dataclass
from promptlint.stretch import Stretch

_YAML = re.compile(r"(?:\s*+#[^\n]*+)*+\s*+(?:---|%YAML|[-?] |[\w.\"'/-]++[ \t]*+:(?:\s|$))")
# What stands at the start of a recording, or of a line of a log, that is no JSON and no YAML.
_TEXT = re.compile(
    r"\Ahttprr trace v|^(?=\S).{0,300}?(?:POST Request Sent from LiteLLM:"
    r"|Received request \S{1,200}+ (?:prompt|params): |Request \S{1,200}+ details: prompt: )",
    re.MULTILINE,
)
_LINE = re.compile(r"\S[^\n]*+")
_FIRST = re.compile(r"\s*+[{\[]")
MOST_LINES = 100_000  # of a JSONL; each is a request, and one of a session of a day
MOST_YAML = 64 * 1024 * 1024  # characters; cassettes of several MB are the largest seen


@dataclass(frozen=True, slots=True)
class Document:
    """Parsed data, with what it takes to find any of it in the file again. A log or trace is data of no kind: None."""

    path: str
    text: str  # of the whole file
    data: Any
    start: int = 0  # of this document in the text
    record: int | None = None  # its number, where a file holds one on each line
    marked: yaml_text.Marked | None = None  # only for YAML
    stretch: Stretch | None = None  # of a file that is too large to hold: `text` is this line of it
    is_text: bool = False  # neither JSON nor YAML: a format of its own, in `text`
    unpacking: Unpacking = field(default_factory=Unpacking, compare=False)  # one for the whole file

    @property
    def is_yaml(self) -> bool:
        return self.marked is not None

    def container(self, pointer: str) -> str | None:
        """How a report names the place of a body in the file."""
        if self.record is None:
            return pointer or None
        return f"{self.record}{pointer}"

    def source(self, pointer: str, body: Literal["object", "text", "opaque"], text: str = "") -> Source:
        """Where a body lies: an object of the document, JSON `text` in a string, or a string with something else."""
        if self.marked is not None:
            return self._yaml_source(self.marked, pointer, text if body == "text" else None)
        steps = (pointer, "") if body == "text" else (pointer,)
        if self.stretch is not None:
            return Source("", self.start, steps, stretch=self.stretch)
        return Source(self.text, self.start, steps)

    def _yaml_source(self, marked: yaml_text.Marked, pointer: str, text: str | None) -> Source:
        mark = marked.mark(pointer)
        if mark is None:
            return Source(self.text, fallback=(1, 1))
        return marked.source_of_start(mark) if text is None else marked.source_of_text(mark, text)


def read_documents(path: str, text: str, sharing: Sharing | None = None) -> Iterator[Document | Skipped]:
    """The documents of a file; a broken line among good ones is skipped. Raises InputError for other broken text."""
    if _FIRST.match(text) is None:
        yield Document(path, text, None, is_text=True) if _TEXT.search(text) else _yaml_document(path, text)
        return
    try:
        yield Document(path, text, json_text.parse(text, sharing))
    except JsonError as error:
        lines = list(islice(_lines(text), MOST_LINES + 1))
        if len(lines) > MOST_LINES:
            raise InputError(
                f"more than {MOST_LINES} lines", where=path, hint="give the requests in smaller files"
            ) from None
        if not _is_jsonl(lines):
            if _TEXT.search(text):  # a log whose lines begin with a date in brackets
                yield Document(path, text, None, is_text=True)
                return
            raise _input_error(path, text, error) from None
        yield from _records(path, text, lines, sharing or Sharing())


class _Line(NamedTuple):
    number: int  # 1-based; counted on the way, because counting anew for each broken line is quadratic
    start: int
    text: str


def _lines(text: str) -> Iterator[_Line]:
    """The lines that hold something, from their first character on. U+2028 and the like are no line ends in JSON."""
    number, at = 1, 0
    for match in _LINE.finditer(text):
        number += text.count("\n", at, match.start())
        at = match.start()
        yield _Line(number, at, match[0])


def _is_jsonl(lines: list[_Line]) -> bool:
    """Is at least half of several lines an object in braces."""
    whole = sum(line.text.startswith("{") and line.text.rstrip().endswith("}") for line in lines)
    return len(lines) > 1 and whole * 2 >= len(lines)


def _records(path: str, text: str, lines: list[_Line], sharing: Sharing) -> Iterator[Document | Skipped]:
    unpacking, texts = Unpacking(), GrowingTexts(sharing)
    for record, line in enumerate(lines):
        try:
            yield Document(path, text, texts.parse(line.text), line.start, record, unpacking=unpacking)
        except JsonError as error:
            column = line.start - text.rfind("\n", 0, line.start) + error.offset
            yield Skipped(str(record), str(error), Place(path, "", line.number, column))


def _yaml_document(path: str, text: str) -> Document:
    if not _YAML.match(text):
        raise InputError("neither JSON nor YAML", where=f"{path}:1:1", hint="a capture file is JSON, JSONL or YAML")
    if len(text) > MOST_YAML:
        raise InputError(f"YAML of more than {MOST_YAML >> 20} MiB", where=path, hint="split the cassette")
    try:
        marked = yaml_text.parse(text)
    except JsonError as error:
        raise _input_error(path, text, error) from None
    return Document(path, text, marked.data, marked=marked)


def _input_error(path: str, text: str, error: JsonError) -> InputError:
    line, column = line_and_column(text, error.offset)
    return InputError(str(error), where=f"{path}:{line}:{column}", hint=error.hint)
