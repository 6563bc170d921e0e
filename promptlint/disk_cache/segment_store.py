"""The numbers of one tokenizer, in one small file: read whole, and replaced whole when a run has found new ones.

One file by atomic rename, and no database: two runs at once cannot wait for each other or leave half a file behind, a
full disk or a killed run loses what was new and nothing else, and reading it takes a millisecond for ten thousand
entries. Of two runs that end together the later one may lose what the earlier one added; it will be made again.
"""

from __future__ import annotations

import contextlib
import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from promptlint.disk_cache import folder as places
from promptlint.disk_cache.file import content, replace

MAGIC = b"promptlint cache 1\n"
_HEAD = struct.Struct("<II")  # checksum of the rest, length of the facts
_RECORD = struct.Struct("<16s16sIII")  # key, digest, two numbers, the day it was used last
KEY_SIZE = 16
MOST_RECORDS = 200_000  # 9 MB
MOST_BYTES = 32 * 1024 * 1024
TOUCHED_AFTER = 7  # days: an entry that is only read makes no writing before


class Numbers(NamedTuple):
    """What is kept of a text: of a segment its count and the hash of its ids, of another question its answer."""

    digest: bytes
    first: int
    second: int = 0


@dataclass
class SegmentStore:
    """What is known of one tokenizer. Wherever the disk disappoints, nothing is known, or nothing is kept."""

    path: Path
    day: int
    facts: dict[str, Any] = field(default_factory=dict)
    _records: dict[bytes, tuple[bytes, int, int, int]] = field(default_factory=dict)
    _changed: bool = False

    @classmethod
    def opened(cls, folder: Path, identity: str, day: int) -> SegmentStore:
        """The store of a tokenizer; empty where there is none yet, or none that can be believed."""
        store = cls(folder / f"{identity[:40]}{places.SEGMENTS}", day)
        if places.is_ours(folder):
            store._read()
        return store

    def get(self, key: bytes) -> Numbers | None:
        """The numbers of a key."""
        found = self._records.get(key)
        if found is None:
            return None
        digest, first, second, day = found
        if self.day - day > TOUCHED_AFTER:
            self._set(key, Numbers(digest, first, second))
        return Numbers(digest, first, second)

    def put(self, key: bytes, numbers: Numbers) -> None:
        """Note the numbers of a key."""
        self._set(key, numbers)

    def note_facts(self, facts: Mapping[str, Any]) -> None:
        """Note what is needed of the tokenizer itself, as JSON."""
        if facts != self.facts:
            self.facts = dict(facts)
            self._changed = True

    def save(self) -> None:
        """Write what is new, with what another run has written meanwhile."""
        if not self._changed or not places.made(self.path.parent):
            return
        other = SegmentStore(self.path, self.day)
        other._read()
        self._records = {**other._records, **self._records}
        self._forget_oldest()
        with contextlib.suppress(OSError):
            replace(self.path, self._bytes())
            self._changed = False
            places.remove_oldest(self.path.parent)

    def _set(self, key: bytes, numbers: Numbers) -> None:
        self._records[key] = (numbers.digest, numbers.first, numbers.second, self.day)
        self._changed = True

    def _forget_oldest(self) -> None:
        if len(self._records) > MOST_RECORDS:
            by_day = sorted(self._records.items(), key=lambda item: -item[1][3])
            self._records = dict(by_day[: MOST_RECORDS // 2])

    def _bytes(self) -> bytes:
        facts = json.dumps(self.facts).encode()
        records = b"".join(_RECORD.pack(key, *values) for key, values in self._records.items())
        body = facts + records
        return MAGIC + _HEAD.pack(zlib.crc32(body), len(facts)) + body

    def _read(self) -> None:
        """Take what the file holds; a file that is not whole counts as none, and is replaced."""
        raw = content(self.path, MOST_BYTES)
        body = raw[len(MAGIC) + _HEAD.size :]
        if not raw.startswith(MAGIC) or len(raw) < len(MAGIC) + _HEAD.size:
            return
        checksum, length = _HEAD.unpack_from(raw, len(MAGIC))
        if zlib.crc32(body) != checksum or length > len(body) or (len(body) - length) % _RECORD.size:
            return
        try:
            facts = json.loads(body[:length])
        except (ValueError, RecursionError):
            return
        if isinstance(facts, dict):
            self.facts = facts
            self._records = {
                key: (digest, first, second, day)
                for key, digest, first, second, day in _RECORD.iter_unpack(memoryview(body)[length:])
            }


def key_of(kind: bytes, *parts: bytes) -> bytes:
    """The name of a question: its kind, and everything that the answer depends on."""
    found = blake2b(digest_size=KEY_SIZE, person=kind)
    for part in parts:
        found.update(struct.pack("<Q", len(part)))
        found.update(part)
    return found.digest()


def digest_of(ids: bytes) -> bytes:
    """The hash of a segment's ids."""
    return blake2b(ids, digest_size=KEY_SIZE).digest()
