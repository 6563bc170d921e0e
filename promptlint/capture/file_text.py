"""A file, or standard input, as text: bounded, unzipped, UTF-8 or a clear error."""

from __future__ import annotations

import io
import stat
import sys
import zlib
from gzip import BadGzipFile, GzipFile
from pathlib import Path

from promptlint.capture.json_text import MOST_VALUES
from promptlint.errors import InputError
from promptlint.positions import line_and_column

# Of a file, and of what a compressed file unpacks to; one emoji in it, and Python keeps four bytes for each character.
MOST_BYTES = 128 * 1024 * 1024
MOST_UNPACKED = 128 * 1024 * 1024  # of all packed bodies in a file
GZIP_MAGIC = b"\x1f\x8b"
_ZLIB_STARTS = (b"x\x01", b"x\x9c", b"x\xda")  # what HTTP calls deflate, and R gzip
_TRACE_START = b"httprr trace v"
_UTF16_STARTS = (b"\xff\xfe", b"\xfe\xff", b"{\x00", b"\x00{", b"[\x00", b"\x00[")


def read_text(path: str) -> str:
    """The text of a file, "-" being standard input. Raises InputError for everything that cannot be one."""
    return text_of(_read_input() if path == "-" else _read_file(path), path)


def text_of(raw: bytes, path: str) -> str:
    """The text of bytes that stand in `path`: unzipped, decoded. Raises InputError."""
    if raw.startswith(GZIP_MAGIC):
        try:
            raw = gunzip(raw, MOST_BYTES)
        except ValueError as error:
            raise InputError(str(error), where=path, hint="unpack it yourself and give the unpacked file") from None
    if len(raw) > MOST_BYTES:
        raise InputError(f"larger than {MOST_BYTES >> 20} MiB", where=path, hint="give the requests in smaller files")
    text = _decode(raw, path)
    if not text or text.isspace():
        raise InputError("the file is empty", where=path, hint="a capture holds at least one request")
    return text


def is_compressed(raw: bytes) -> bool:
    """Do the bytes begin as `gunzip` expects them; no text begins like that."""
    return raw.startswith((GZIP_MAGIC, *_ZLIB_STARTS))


def gunzip(raw: bytes, most: int) -> bytes:
    """The unpacked bytes. Raises ValueError when they are broken or more than `most`."""
    try:
        if raw.startswith(_ZLIB_STARTS):
            unpacked = zlib.decompressobj().decompress(raw, most + 1)
        else:
            unpacked = GzipFile(fileobj=io.BytesIO(raw)).read(most + 1)
    except (BadGzipFile, EOFError, zlib.error):
        raise ValueError("broken gzip data") from None
    if len(unpacked) > most:
        raise ValueError(f"unpacks to more than {most >> 20} MiB")
    return unpacked


class Unpacking:
    """What the packed bodies of one file may still unpack to, all together: a few MB of bombs are terabytes."""

    def __init__(self) -> None:
        self.bytes_left = MOST_UNPACKED
        self.values_left = MOST_VALUES

    def gunzip(self, raw: bytes, most: int) -> bytes:
        """Like `gunzip`; also raises ValueError when the file's share is used up."""
        allowed = min(most, self.bytes_left)
        self.bytes_left -= allowed  # a bomb costs its time too
        unpacked = gunzip(raw, allowed)
        self.bytes_left += allowed - len(unpacked)
        return unpacked

    def count_values(self, text: str) -> None:
        """Raises ValueError where the values of a body, with those of all before, are too many."""
        count = sum(map(text.count, ",[{"))
        if count > self.values_left:  # it is not read, so the bodies behind it lose nothing
            raise ValueError("has too many values, with those before it")
        self.values_left -= count


def _read_input() -> bytes:
    if sys.stdin is None:  # a caller can start us without one
        raise InputError("standard input is closed", where="-", hint="name a file, or pipe the capture in")
    return sys.stdin.buffer.read(MOST_BYTES + 1)


def _read_file(path: str) -> bytes:
    try:
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            next(Path(path).iterdir(), None)  # one that may not be listed says so itself
            raise InputError("a folder, not a capture file", where=path, hint="name the files in it")
        # Opening a named pipe would wait for a writer that may never come; a device may never end.
        if not stat.S_ISREG(status.st_mode):
            raise InputError("not a regular file", where=path, hint="pipe it to standard input and name it -")
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read: {reason}", where=path, hint="check the name and the permissions") from None


def _decode(raw: bytes, path: str) -> str:
    if raw.startswith(_UTF16_STARTS):
        raise InputError("UTF-16 text", where=path, hint="convert it: iconv -f UTF-16 -t UTF-8")
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")  # a byte order mark is no part of the text
    except UnicodeDecodeError as error:
        if raw.startswith(_TRACE_START):  # raw HTTP with binary bodies: the count of its bytes has to stay
            return raw.decode("utf-8", "surrogateescape")
        before = raw[: error.start].decode("utf-8")
        line, column = line_and_column(before, len(before))
        message = f"not UTF-8: byte 0x{raw[error.start]:02x}"
        raise InputError(message, where=f"{path}:{line}:{column}", hint="convert it with iconv -t UTF-8") from None
