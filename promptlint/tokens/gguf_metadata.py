"""The key-value block of a GGUF file, read without touching the tensors.

The `gguf` package makes a numpy view of every string of a vocabulary and takes seconds for it. A file comes from
strangers: every count and length is checked against what is left of the file before anything is allocated.
"""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from struct import Struct
from typing import Any, NoReturn

from promptlint.errors import ModelError
from promptlint.records import dataclass

MAGIC = b"GGUF"
# Only so much is mapped: a whole model of many gigabytes would count against the address space limit of the child.
METADATA_LIMIT = 256 * 1024 * 1024
KEY_LIMIT = 65_535  # bytes, by the specification
KEY_COUNT_LIMIT = 65_536
STRING_COUNT_LIMIT = 4 * 1024 * 1024  # of one array; the largest real vocabulary has 262,144 tokens and 514,906 merges

UINT32, UINT64 = Struct("<I"), Struct("<Q")
HEADER = Struct("<4sIQQ")
STRING, ARRAY = 8, 9
NUMBERS: dict[int, str] = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
SCALARS = {kind: Struct("<" + letter) for kind, letter in NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class Metadata:
    """The keys that `wanted` names, with strings, numbers, and arrays as lists or tuples."""

    path: str
    values: Mapping[str, Any]


def read_metadata(path: str, wanted: tuple[str, ...] = ("tokenizer.", "general.", "split.")) -> Metadata:
    """Read the keys that begin with one of `wanted`; raises ModelError that says what is wrong, and at which byte."""
    try:
        with Path(path).open("rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ModelError(f"{path} is not a regular file")
            if status.st_size < HEADER.size:
                raise ModelError(f"{path} is not a GGUF file: it has only {status.st_size} bytes")
            length = min(status.st_size, METADATA_LIMIT)
            with mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ) as view:
                return _Reader(path, view, status.st_size).metadata(wanted)
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror}") from error


class _Reader:
    def __init__(self, path: str, view: mmap.mmap, file_size: int) -> None:
        self._path = path
        self._view = view
        self._end = len(view)
        self._file_size = file_size
        self._at = 0
        self._key = "the header"

    def metadata(self, wanted: tuple[str, ...]) -> Metadata:
        values: dict[str, Any] = {}
        for _ in range(self._header()):
            key = self._read_key()
            if key in values:
                self._fail("this key appears twice")
            keep = key.startswith(wanted)
            value = self._value(self._number(UINT32), keep=keep)
            if keep:
                values[key] = value
        return Metadata(self._path, values)

    def _header(self) -> int:
        magic, version, tensors, count = HEADER.unpack(self._take(HEADER.size))
        if magic != MAGIC:
            raise ModelError(f"{self._path} is not a GGUF file: it begins with {magic!r}")
        if not version & 0xFFFF:
            raise ModelError(f"{self._path} is a big-endian GGUF file", hint="only little-endian files are supported")
        if version not in (2, 3):
            raise ModelError(
                f"{self._path} is GGUF version {version}, only 2 and 3 are supported",
                hint="convert the model again with a current llama.cpp",
            )
        if count > KEY_COUNT_LIMIT or tensors > self._file_size:
            self._fail(f"it claims {count:,} keys and {tensors:,} tensors")
        return int(count)

    def _read_key(self) -> str:
        length = self._number(UINT64)
        if length > KEY_LIMIT:
            self._fail(f"the key after it has {length:,} bytes")
        raw = self._take(length)
        self._key = raw.decode("utf-8", "backslashreplace")
        return self._key

    def _value(self, kind: int, *, keep: bool) -> Any:
        if kind == STRING:
            raw = self._take(self._number(UINT64))
            return self._decode(raw, "its text") if keep else None
        if kind == ARRAY:
            return self._array(keep=keep)
        if kind not in SCALARS:
            self._fail(f"unknown value type {kind}")
        return self._number(SCALARS[kind])

    def _array(self, *, keep: bool) -> list[str] | tuple[Any, ...] | None:
        kind, count = self._number(UINT32), self._number(UINT64)
        if kind == STRING:
            strings = self._strings(count)
            return self._decoded(strings) if keep else None
        if kind not in NUMBERS:
            self._fail("an array of arrays" if kind == ARRAY else f"an array of unknown type {kind}")
        width = SCALARS[kind].size
        if count * width > self._end - self._at:
            self._cut_off(f"an array of {count:,} numbers")
        raw = self._take(count * width)
        return Struct(f"<{count}{NUMBERS[kind]}").unpack(raw) if keep else None

    def _strings(self, count: int) -> list[bytes]:
        if count > STRING_COUNT_LIMIT or count * UINT64.size > self._end - self._at:
            self._cut_off(f"an array of {count:,} strings")
        # Local names: this loop runs half a million times and is the whole cost of reading a vocabulary.
        view, at, end, unpack = self._view, self._at, self._end, UINT64.unpack
        strings: list[bytes] = []
        append = strings.append
        for _ in range(count):
            start = at + 8
            if start > end:
                self._cut_off(f"string {len(strings):,} of {count:,}")
            at = start + unpack(view[start - 8 : start])[0]
            if at > end:
                self._cut_off(f"string {len(strings):,} of {count:,}")
            append(view[start:at])
        self._at = at
        return strings

    def _decoded(self, strings: list[bytes]) -> list[str]:
        try:
            return [raw.decode() for raw in strings]
        except UnicodeDecodeError:
            return [self._decode(raw, f"string {at:,}") for at, raw in enumerate(strings)]

    def _decode(self, raw: bytes, what: str) -> str:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            return self._fail(f"{what} is not UTF-8 ({error.reason})")

    def _number(self, form: Struct) -> Any:
        return form.unpack(self._take(form.size))[0]

    def _take(self, count: int) -> bytes:
        start = self._at
        if count > self._end - start:
            self._cut_off(f"{count:,} bytes")
        self._at = start + count
        return self._view[start : self._at]

    def _cut_off(self, what: str) -> NoReturn:
        if self._end < self._file_size:
            self._fail(f"{what} would end behind the first {self._end:,} bytes, the limit for metadata")
        self._fail(f"{what} would end behind the end of the file ({self._end:,} bytes)")

    def _fail(self, problem: str) -> NoReturn:
        shown = self._key if len(self._key) <= 100 else self._key[:100] + "…"
        raise ModelError(
            f"{self._path} is damaged: at byte {self._at:,}, in {shown!r}: {problem}",
            hint="download or convert the file again",
        )
