"""Bodies as they went over the wire, unpacked: gzip, deflate, br and zstd."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any

_ANY_HEADER = 47  # of zlib or gzip


def unpacked(raw: bytes, coding: str, most: int) -> bytes | None:
    """The bytes under a Content-Encoding, as far as they came; None where they are unreadable, or too many."""
    name = coding.strip().lower()
    unpack = _CODINGS.get(name)
    if name in ("", "identity"):
        found = raw
    elif unpack is None:
        return None
    else:
        try:
            found = unpack(raw, most + 1)
        except Exception:  # each library has an error of its own
            return None
    return found if len(found) <= most else None


def _gzip(raw: bytes, most: int) -> bytes:
    return zlib.decompressobj(_ANY_HEADER).decompress(raw, most)


def _deflate(raw: bytes, most: int) -> bytes:
    """With the header of zlib, as the standard says, or without, as some servers do."""
    try:
        return _gzip(raw, most)
    except zlib.error:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, most)


def _brotli(raw: bytes, most: int) -> bytes:
    found: bytes = import_module("brotli").Decompressor().process(raw, output_buffer_limit=most)
    return found


def _zstd(raw: bytes, most: int) -> bytes:
    found: bytes = _zstd_module().ZstdDecompressor().decompress(raw, most)
    return found


def _zstd_module() -> Any:
    try:
        return import_module("compression.zstd")  # from Python 3.14 on
    except ImportError:
        return import_module("backports.zstd")


_CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
