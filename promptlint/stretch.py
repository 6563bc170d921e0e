"""A line of a file that is too large to hold: read again, alone, when a place in it has to be shown."""

from __future__ import annotations

import zlib
from pathlib import Path

from promptlint.records import dataclass
from promptlint.unpacked import read_at


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a line lies in its file; offsets are bytes, `number` is 1-based."""

    path: str
    start: int
    length: int
    number: int
    checksum: int
    packed: bool  # the offsets are those of the unpacked file
    may_hold_halves: bool  # of a character: whoever looks for them need not read the line again

    @classmethod
    def of(cls, path: str, start: int, number: int, raw: bytes, *, packed: bool) -> Stretch:
        """The stretch of a line that was just read."""
        return cls(path, start, len(raw), number, zlib.crc32(raw), packed, b"\\ud" in raw or b"\\uD" in raw)

    def text(self) -> str | None:
        """The line as it was read before; None where the file has changed since, or is gone."""
        try:
            raw = read_at(self.path, self.start, self.length) if self.packed else self._read()
        except OSError:
            return None
        return raw.decode("utf-8") if zlib.crc32(raw) == self.checksum else None

    def _read(self) -> bytes:
        with Path(self.path).open("rb") as file:
            file.seek(self.start)
            return file.read(self.length)
