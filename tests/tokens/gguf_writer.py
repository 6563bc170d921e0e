"""Writes GGUF files that have metadata and no tensors, and broken ones on purpose."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_gguf(path: Path, values: Mapping[str, Any]) -> str:
    """Strings, bools, ints (u32), floats (f32); lists of strings, tuples of ints (i32) or floats (f32)."""
    body = b"".join(string(key) + value(item) for key, item in values.items())
    path.write_bytes(header(len(values)) + body)
    return str(path)


def header(keys: int, *, magic: bytes = b"GGUF", version: int = 3, tensors: int = 0, order: str = "<") -> bytes:
    """The first 24 bytes."""
    return magic + struct.pack(f"{order}IQQ", version, tensors, keys)


def string(text: str) -> bytes:
    """Length and bytes."""
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def value(item: Any) -> bytes:
    """The type's number and the value."""
    if isinstance(item, list):
        return struct.pack("<IIQ", 9, 8, len(item)) + b"".join(map(string, item))
    if isinstance(item, tuple):
        kind, letter = (6, "f") if item and isinstance(item[0], float) else (5, "i")
        return struct.pack("<IIQ", 9, kind, len(item)) + struct.pack(f"<{len(item)}{letter}", *item)
    if isinstance(item, str):
        return struct.pack("<I", 8) + string(item)
    if isinstance(item, bool):
        return struct.pack("<I?", 7, item)
    return struct.pack("<If", 6, item) if isinstance(item, float) else struct.pack("<II", 4, item)
