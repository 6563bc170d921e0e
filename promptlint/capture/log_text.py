"""Places in a long log, counted on the way: counting anew for each of many records is quadratic."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class LineCount:
    """Counts the lines of a text up to offsets that only grow."""

    text: str
    at: int = 0
    line: int = 1

    def place(self, offset: int) -> str:
        """The line and column of an offset, as error messages have them."""
        self.line += self.text.count("\n", self.at, offset)
        self.at = max(self.at, offset)
        return f"{self.line}:{offset - self.text.rfind(chr(10), 0, offset)}"
