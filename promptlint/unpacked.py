"""Places in a gzip file, found again without unpacking all that stands in front of them each time."""

from __future__ import annotations

import zlib
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path

MAGIC = b"\x1f\x8b"
_GZIP = 31  # zlib's number for: with a gzip header, the largest window
_BETWEEN = 4 * 1024 * 1024  # unpacked bytes between two places to begin at, of 40 KB each
_CHUNK = 256 * 1024


class _Index:
    """How far one file was unpacked, and states of the unpacker on the way."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._states = [(0, 0, zlib.decompressobj(_GZIP))]  # unpacked bytes, packed bytes, unpacker

    def read(self, start: int, length: int) -> bytes:
        """Bytes of the unpacked file; fewer where it ends before, or cannot be unpacked any more."""
        number = bisect_right(self._states, start, key=lambda state: state[0]) - 1
        at, packed_at, unpacker = self._states[number]
        unpacker, found = unpacker.copy(), bytearray()
        with Path(self._path).open("rb") as file:
            file.seek(packed_at)
            while at < start + length and (packed := file.read(_CHUNK)):
                packed_at += len(packed)
                while packed:
                    unpacked = unpacker.decompress(packed, _CHUNK)
                    packed = unpacker.unconsumed_tail
                    if unpacker.eof:  # another member may follow
                        packed, unpacker = unpacker.unused_data, zlib.decompressobj(_GZIP)
                    found += unpacked[max(0, start - at) : start + length - at] if at + len(unpacked) > start else b""
                    at += len(unpacked)
                if at - self._states[-1][0] >= _BETWEEN:
                    self._states.append((at, packed_at, unpacker.copy()))
        return bytes(found[:length])


@lru_cache(maxsize=2)
def _index(path: str, _size: int, _changed: int) -> _Index:
    return _Index(path)


def is_gzip(path: str) -> bool:
    """Does a file begin as gzip does."""
    with Path(path).open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read_at(path: str, start: int, length: int) -> bytes:
    """Bytes of an unpacked file. Raises OSError, also for what is no gzip data."""
    status = Path(path).stat()
    try:
        return _index(path, status.st_size, status.st_mtime_ns).read(start, length)
    except zlib.error as error:
        raise OSError(str(error)) from None
