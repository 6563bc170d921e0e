"""Reports that were made before, each under the hash of all that it rests on, and sealed with it.

A report quotes prompts. The folder shows nothing of them: the key is made of the captures themselves. Whoever has those
has nothing left to find out; whoever has all but a short secret of them can try what that is.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

from promptlint.disk_cache import folder as places
from promptlint.disk_cache.file import content, replace
from promptlint.records import dataclass

VERSION = b"promptlint report 1"
MOST_BYTES = 8 * 1024 * 1024
_MARK = 32  # bytes in front that only the right key and an unbroken file give


@dataclass(frozen=True, slots=True)
class Said:
    """What a run wrote: for each output the path, None for standard output, and the text; and its exit code."""

    outputs: tuple[tuple[str | None, str], ...]
    code: int


class KeptReports:
    """The reports in a folder; None where nothing is to be kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @property
    def is_empty(self) -> bool:
        """Is there none at all."""
        return self._folder is None or not any(places.entries(self._folder, places.REPORTS))

    def get(self, key: bytes) -> Said | None:
        """What the run said that rested on the same; None where there was none, or it is not whole."""
        if self._folder is None or not places.is_ours(self._folder):
            return None
        raw = content(_path(self._folder, key), MOST_BYTES + _MARK)
        text = _sealed(raw[_MARK:], key)
        if not raw or _mark(text, key) != raw[:_MARK]:
            return None
        outputs, code = json.loads(text)
        return Said(tuple((path, said) for path, said in outputs), code)

    def put(self, key: bytes, said: Said) -> None:
        """Keep what a run has said. A disk that does not take it is none of the run's business."""
        text = json.dumps([said.outputs, said.code]).encode()
        if self._folder is None or len(text) > MOST_BYTES or not places.made(self._folder):
            return
        with contextlib.suppress(OSError):
            replace(_path(self._folder, key), _mark(text, key) + _sealed(text, key))
            places.remove_oldest(self._folder)


def _path(folder: Path, key: bytes) -> Path:
    return folder / f"{_derived(b'name', key, 20).hex()}{places.REPORTS}"


def _mark(text: bytes, key: bytes) -> bytes:
    return hashlib.blake2b(text, key=_derived(b"mark", key, 64), digest_size=_MARK).digest()


def _sealed(text: bytes, key: bytes) -> bytes:
    """The text, or what was sealed, combined with a stream of bytes that the key alone gives."""
    stream = _derived(b"seal", key, len(text))
    return (int.from_bytes(text, "little") ^ int.from_bytes(stream, "little")).to_bytes(len(text), "little")


def _derived(purpose: bytes, key: bytes, length: int) -> bytes:
    return hashlib.shake_256(VERSION + purpose + key).digest(length)
