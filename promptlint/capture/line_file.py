"""A file of JSON documents, one on each line, that is too large to hold: each line is forgotten when it is read."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from promptlint.capture import json_text
from promptlint.capture.document import MOST_LINES, Document
from promptlint.capture.file_text import Unpacking
from promptlint.capture.json_text import JsonError
from promptlint.capture.sharing import Sharing
from promptlint.errors import InputError
from promptlint.model import Place, Skipped
from promptlint.progress import Progress
from promptlint.stretch import Stretch

LARGE = 16 * 1024 * 1024  # bytes; a smaller file is held as a whole
LOOKED_AT = 10  # lines, to see whether a file is one of lines
MOST_OF_LINES = 2 * 1024 * 1024 * 1024  # bytes of a whole file
_LONGEST = 64 * 1024 * 1024  # bytes of a line; a body with images has a few MB
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Line(NamedTuple):
    start: int
    number: int  # 1-based
    raw: bytes  # without the line end; no more than _LONGEST and one of it


def line_documents(path: str, sharing: Sharing, progress: Progress) -> Iterator[Document | Skipped] | None:
    """The documents of a large file of lines; None where it is small, or something else than lines of JSON."""
    size = _size(path)
    if size < LARGE or not _begins_with_lines_of_json(path):
        return None
    if size > MOST_OF_LINES:
        hint = "give the requests in smaller files"
        raise InputError(f"larger than {MOST_OF_LINES >> 30} GiB", where=path, hint=hint)
    return _documents(path, sharing, progress)


def _size(path: str) -> int:
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _begins_with_lines_of_json(path: str) -> bool:
    """Is the first line that holds anything an object, and at least half of those behind it too."""
    try:
        with Path(path).open("rb") as file:
            lines = islice(_lines(file), LOOKED_AT)
            first = next(lines, None)
            if first is None or not _is_in_braces(first) or not _is_json(first):
                return False
            others = [_is_in_braces(line) for line in lines]
    except OSError:
        return False  # whoever reads it as a whole says why
    return bool(others) and 2 * (1 + sum(others)) >= 1 + len(others)


def _is_in_braces(line: _Line) -> bool:
    text = line.raw.strip()
    return text.startswith(b"{") and text.endswith(b"}") and len(line.raw) <= _LONGEST


def _is_json(line: _Line) -> bool:
    try:
        json_text.parse(line.raw.decode("utf-8"))
    except (UnicodeDecodeError, JsonError):
        return False
    return True


def _documents(path: str, sharing: Sharing, progress: Progress) -> Iterator[Document | Skipped]:
    unpacking, at = Unpacking(), 0
    try:
        with Path(path).open("rb") as file:
            for record, line in enumerate(_lines(file)):
                if record == MOST_LINES:
                    hint = "give the requests in smaller files"
                    raise InputError(f"more than {MOST_LINES} lines", where=path, hint=hint)
                yield _document(path, line, record, sharing, unpacking)
                progress.advance(file.tell() - at)
                at = file.tell()
    except OSError as error:
        hint = "check the name and the permissions"
        raise InputError(f"cannot be read: {error.strerror}", where=path, hint=hint) from None


def _lines(file: IO[bytes]) -> Iterator[_Line]:
    """The lines that hold something; of one that is too long only the beginning."""
    start = number = 0
    while raw := file.readline(_LONGEST):
        number += 1
        at, start = start, start + len(raw)
        if not raw.endswith(b"\n") and len(raw) == _LONGEST:
            while (more := file.readline(_LONGEST)) and not more.endswith(b"\n"):
                start += len(more)
            start += len(more)
            yield _Line(at, number, raw + b" ")
            continue
        text = raw.removeprefix(_BYTE_ORDER_MARK) if number == 1 else raw
        if text.decode("utf-8", "replace").strip():
            yield _Line(start - len(text), number, text.removesuffix(b"\n"))


def _document(path: str, line: _Line, record: int, sharing: Sharing, unpacking: Unpacking) -> Document | Skipped:
    if len(line.raw) > _LONGEST:
        reason = f"a line of more than {_LONGEST >> 20} MiB"
        return Skipped(str(record), reason, Place(path, "", line.number, 1))
    try:
        text = line.raw.decode("utf-8")
        indent = len(text) - len(text.lstrip())
        data = json_text.parse(text[indent:], sharing)
    except UnicodeDecodeError as error:
        column = len(line.raw[: error.start].decode("utf-8")) + 1
        reason = f"not UTF-8: byte 0x{line.raw[error.start]:02x}"
        return Skipped(str(record), reason, Place(path, "", line.number, column))
    except JsonError as error:
        return Skipped(str(record), str(error), Place(path, "", line.number, indent + error.offset + 1))
    stretch = Stretch.of(path, line.start, line.number, line.raw)
    return Document(path, text, data, indent, record, unpacking=unpacking, stretch=stretch)
