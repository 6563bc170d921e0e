"""How much of two token lists, or two texts, is the same from the start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


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
