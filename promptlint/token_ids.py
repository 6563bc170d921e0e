"""The token ids of a prompt, kept as the segments they were encoded in: what two prompts share is compared by segment.

A session of fifty turns has the same forty-nine tool results in its last two prompts. Their ids are one object, so
comparing them is comparing two references; and a segment whose count is known (`SegmentSource`) needs no ids at all.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import takewhile
from typing import Protocol, overload

from promptlint.common_prefix import common_prefix


class Segment(Protocol):
    """A stretch of a prompt with a number of tokens; two that are equal have the same ids."""

    @property
    def count(self) -> int:
        """How many tokens."""

    @property
    def digest(self) -> bytes:
        """The same for the same ids, and for no others."""

    @property
    def ids(self) -> Sequence[int]:
        """The tokens themselves; asking may have them encoded."""

    def common(self, other: Segment) -> int:
        """How many of its tokens are those of another segment, from the start."""


class GivenIds:
    """A segment whose ids the client sent."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.ids = array("q", ids)
        self.count = len(ids)
        self.digest = b"given:" + self.ids.tobytes()

    def common(self, other: Segment) -> int:
        """How many ids are the same from the start."""
        return common_prefix(list(self.ids), list(other.ids))


class TokenIds(Sequence[int]):
    """A sequence of ids that is put together only when somebody looks into it."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        self.segments = tuple(segments)
        self._length = sum(segment.count for segment in self.segments)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        return self._all[index]

    def __iter__(self) -> Iterator[int]:
        return iter(self._all)

    def __eq__(self, other: object) -> bool:
        return self._all == list(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self._all))

    def __repr__(self) -> str:
        return repr(self._all)

    @cached_property
    def _all(self) -> list[int]:
        return [number for segment in self.segments for number in segment.ids]

    def common(self, other: TokenIds) -> int:
        """Length of the common prefix: whole segments first, then inside the first that differs."""
        same = 0
        for number, (left, right) in enumerate(zip(self.segments, other.segments, strict=False)):
            if left is not right and left.digest != right.digest:
                return same + self._common_from(number, other)
            same += left.count
        return same

    def _common_from(self, number: int, other: TokenIds) -> int:
        """The same from a segment on that is another one on the other side, and begins at the same token there."""
        left, right = self.segments[number], other.segments[number]
        inside = left.common(right)
        if inside < min(left.count, right.count):
            return inside
        # One of them begins with the other, which may go on alike behind it; or it may be the last one.
        shorter, longer = (self, other) if left.count == inside else (other, self)
        if all(segment.count == 0 for segment in shorter.segments[number + 1 :]):
            return inside
        return sum(
            1
            for _ in takewhile(
                lambda two: two[0] == two[1], zip(_from(shorter, number), _from(longer, number), strict=False)
            )
        )


def _from(ids: TokenIds, number: int) -> Iterator[int]:
    return (one for segment in ids.segments[number:] for one in segment.ids)


def common_tokens(left: Sequence[int], right: Sequence[int]) -> int:
    """Length of the common prefix of two prompts' ids, however they are kept."""
    if isinstance(left, TokenIds) and isinstance(right, TokenIds):
        return left.common(right)
    return common_prefix(list(left), list(right))
