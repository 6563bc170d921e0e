"""What came of one file that was looked at: its requests, or the reason why there are none."""

from __future__ import annotations

import re

from promptlint.capture.foreign import TRANSCRIPT
from promptlint.errors import InputError
from promptlint.model import Capture, Place
from promptlint.records import dataclass

_WHERE = re.compile(r"(?P<path>.*?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A file named by hand, or swept up from a folder. It has an error, or requests, or some of both."""

    path: str
    capture: Capture | None = None
    error: InputError | None = None
    named: bool = True

    @property
    def is_broken(self) -> bool:
        """Could all of it, or a record in it, not be read."""
        skipped = self.capture.skipped if self.capture is not None else ()
        return self.error is not None or any(one.place is not None for one in skipped)

    @property
    def is_transcript(self) -> bool:
        """Is it the record of a conversation, without the requests that were sent."""
        return self.error is not None and self.error.hint == TRANSCRIPT

    @property
    def place(self) -> Place:
        """Where it went wrong, as far as it is known."""
        match = _WHERE.fullmatch((self.error.where if self.error else None) or self.path)
        if match is None or match["path"] != self.path:
            return Place(self.path, "", None, None)
        line, column = (int(match[name]) if match[name] else None for name in ("line", "column"))
        return Place(self.path, "", line, column)
