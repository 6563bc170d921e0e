"""The number: how much of two token lists, or two texts, is the same from the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from promptlint.model import Status


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


def common_prefix(left: Sequence[Any], right: Sequence[Any]) -> int:
    """Length of the longest common prefix of two strings, bytes or arrays, by bisection over slices.

    Slices compare in C: a pair of 400,000 characters takes tens of microseconds, a loop takes tens of milliseconds.
    """
    same, most = 0, min(len(left), len(right))
    if left[:most] == right[:most]:
        return most
    while most - same > 1:
        middle = (same + most) // 2
        if left[same:middle] == right[same:middle]:
            same = middle
        else:
            most = middle
    return same
