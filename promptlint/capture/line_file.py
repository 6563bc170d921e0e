"""A file of JSON documents, one on each line, that is too large to hold: each line is forgotten when it is read."""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple, cast

from promptlint.capture import json_text
from promptlint.capture.document import MOST_LINES, Document
from promptlint.capture.file_text import Unpacking
from promptlint.capture.growing_text import GrowingTexts
from promptlint.capture.json_text import JsonError
from promptlint.capture.sharing import Sharing
from promptlint.errors import InputError
from promptlint.model import Place, Skipped
from promptlint.progress import Progress
from promptlint.stretch import Stretch
from promptlint.unpacked import MAGIC, is_gzip

LARGE = 16 * 1024 * 1024  # bytes; a smaller file is held as a whole
LOOKED_AT = 10  # lines, to see whether a file is one of lines
MOST_OF_LINES = 2 * 1024 * 1024 * 1024  # bytes of a whole file
_LONGEST = 64 * 1024 * 1024  # bytes of a line; a body with images has a few MB
_BUFFER = 1024 * 1024  # bytes that are unpacked at once
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
        raise _too_large(path)
    return _documents(path, sharing, progress)


def _too_large(path: str) -> InputError:
    hint = "give the requests in smaller files"
    return InputError(f"larger than {MOST_OF_LINES >> 30} GiB", where=path, hint=hint)


def _size(path: str) -> int:
    """Of the unpacked file, as gzip itself says it at the end: who lies there is read in the other way."""
    try:
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size < 4 or not is_gzip(path):
            return status.st_size if stat.S_ISREG(status.st_mode) else 0
        with Path(path).open("rb") as file:
            file.seek(-4, os.SEEK_END)
            claimed: int = struct.unpack("<I", file.read(4))[0]
            return max(status.st_size, min(claimed, MOST_OF_LINES))  # a file that was cut off claims anything
    except (OSError, ValueError):
        return 0


@contextmanager
def _opened(path: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """The file, and what is read of it: the same, or its unpacked bytes."""
    with Path(path).open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            file.seek(0)
            yield file, file
            return
        file.seek(0)
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield file, cast(IO[bytes], io.BufferedReader(unpacked, _BUFFER))


def _begins_with_lines_of_json(path: str) -> bool:
    """Is the first line that holds anything an object, and at least half of those behind it too."""
    try:
        with _opened(path) as (_, file):
            lines = islice(_lines(file), LOOKED_AT)
            first = next(lines, None)
            if first is None or not _is_in_braces(first) or not _is_json(first):
                return False
            others = [_is_in_braces(line) for line in lines]
    except (OSError, EOFError, zlib.error):
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
    unpacking, texts, at = Unpacking(), GrowingTexts(sharing), 0
    try:
        with _opened(path) as (packed, file):
            for record, line in enumerate(_lines(file)):
                if record == MOST_LINES:
                    hint = "give the requests in smaller files"
                    raise InputError(f"more than {MOST_LINES} lines", where=path, hint=hint)
                if line.start > MOST_OF_LINES:
                    raise _too_large(path)
                yield _document(path, line, record, texts, unpacking, packed=packed is not file)
                progress.advance(packed.tell() - at)
                at = packed.tell()
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise InputError("broken gzip data", where=path, hint="was the file cut off while it was written?") from None
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
        if _holds_something(text):
            yield _Line(start - len(text), number, text.removesuffix(b"\n"))


def _holds_something(raw: bytes) -> bool:
    bare = raw.strip()
    return bare != b"" and (0x20 < bare[0] < 0x80 or raw.decode("utf-8", "replace").strip() != "")


def _document(
    path: str, line: _Line, record: int, texts: GrowingTexts, unpacking: Unpacking, *, packed: bool
) -> Document | Skipped:
    if len(line.raw) > _LONGEST:
        reason = f"a line of more than {_LONGEST >> 20} MiB"
        return Skipped(str(record), reason, Place(path, "", line.number, 1))
    try:
        text = line.raw.decode("utf-8")
        indent = len(text) - len(text.lstrip())
        data = texts.parse(text[indent:])
    except UnicodeDecodeError as error:
        column = len(line.raw[: error.start].decode("utf-8")) + 1
        reason = f"not UTF-8: byte 0x{line.raw[error.start]:02x}"
        return Skipped(str(record), reason, Place(path, "", line.number, column))
    except JsonError as error:
        return Skipped(str(record), str(error), Place(path, "", line.number, indent + error.offset + 1))
    stretch = Stretch.of(path, line.start, line.number, line.raw, packed=packed)
    return Document(path, text, data, indent, record, unpacking=unpacking, stretch=stretch)
