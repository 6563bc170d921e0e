"""Our own rule files as they were parsed: they do not change, and reading YAML takes long."""

from __future__ import annotations

import contextlib
import json
import zlib
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from promptlint.disk_cache import folder as places
from promptlint.disk_cache.file import content, replace

VERSION = b"promptlint rules 1\n"
MOST_BYTES = 4 * 1024 * 1024
_CHECKSUM = 4  # bytes


def parsed(texts: Sequence[str], parse: Callable[[str], Any], folder: Path) -> list[Any]:
    """What `parse` makes of each text, in the values that JSON knows; of the same texts as before, from the folder."""
    path = folder / f"{_name(texts)}{places.RULES}"
    known = _known(path) if places.is_ours(folder) else None
    if known is not None and len(known) == len(texts):
        return known
    found = [parse(text) for text in texts]
    _keep(path, found)
    return found


def _name(texts: Sequence[str]) -> str:
    found = blake2b(VERSION, digest_size=20)
    for text in texts:
        found.update(f"{len(text)} ".encode())
        found.update(text.encode())
    return found.hexdigest()


def _known(path: Path) -> list[Any] | None:
    """What the file holds; a file that is not whole counts as none, and is replaced."""
    raw = content(path, MOST_BYTES)
    if zlib.crc32(raw[_CHECKSUM:]).to_bytes(_CHECKSUM, "little") != raw[:_CHECKSUM]:
        return None
    try:
        found = json.loads(raw[_CHECKSUM:])
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) and all(isinstance(one, dict) for one in found) else None


def _keep(path: Path, found: list[Any]) -> None:
    try:
        body = json.dumps(found).encode()
    except (TypeError, ValueError):  # somebody is writing a rule: a date without quotes
        return
    comes_back = json.loads(body) == found  # a key that is a number would be a text
    if not comes_back or not places.made(path.parent):
        return
    with contextlib.suppress(OSError):
        replace(path, zlib.crc32(body).to_bytes(_CHECKSUM, "little") + body)
        places.remove_oldest(path.parent)
