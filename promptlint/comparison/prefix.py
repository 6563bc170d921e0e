"""The numbers of a pair: what is common, what is lost, and what that makes of it."""

from __future__ import annotations

from promptlint.model import Status
from promptlint.records import dataclass


@dataclass(frozen=True, slots=True)
class PrefixResult:
    """Token counts of a pair. `tail` is the length of the generation prompt that `before` ends with."""

    before: int
    after: int
    common: int
    tail: int

    @property
    def lost(self) -> int:
        """Tokens of `before` behind the common prefix, without the generation prompt, which every turn replaces."""
        return max(0, self.before - self.tail - self.common)

    @property
    def status(self) -> Status:
        if self.common == self.before == self.after:
            return "identical"
        return "broken" if self.lost else "extension"
