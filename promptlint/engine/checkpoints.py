"""llama.cpp's context checkpoints: copies of a state that cannot be taken back token by token.

A recurrent layer has only its present state, a sliding window only its last tokens. Where a request leaves the cached
text before the present state, the last copy that fits is taken, else everything is computed again. Copies are made
before a batch, and batches end where one is wanted: at user messages and near the prompt's end.
Source: llama.cpp tools/server/server-context.cpp, read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, Self

from promptlint.records import dataclass

TAIL = 4  # tokens that the last checkpoint leaves to compute


class Memory(Protocol):
    """What the layers keep of one sequence."""

    @property
    def lowest(self) -> int:
        """The first position that is still there, below 0 where none is."""

    @property
    def highest(self) -> int:
        """The last position."""

    def truncated(self, length: int) -> Self:
        """Without the positions from `length` on."""

    def extended(self, end: int, ubatch: int) -> Self:
        """With all positions up to `end`."""

    def saved(self) -> Self:
        """As a copy elsewhere gives it back."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A copy of the memory after `tokens` tokens; by the server's account it holds `lowest` to `highest`."""

    tokens: int
    lowest: int
    highest: int
    memory: Memory
    request: int


class Schedule(NamedTuple):
    """How a server was told to make checkpoints. With a `most` of 0 it makes none."""

    most: int
    step: int
    batch: int
    ubatch: int


class Restored(NamedTuple):
    """What a request goes on from."""

    tokens: int
    memory: Memory
    checkpoints: tuple[Checkpoint, ...]


def restored(memory: Memory, checkpoints: tuple[Checkpoint, ...], common: int, length: int, window: int) -> Restored:
    """What is left of a memory for a prompt of `length` tokens, of which `common` are those of the slot."""
    tokens = after = common
    needed = max(0, common - window - (common == length))
    if common > 0 and memory.lowest >= needed:
        usable = (one for one in reversed(checkpoints) if one.highest <= common)
        found = next((one for one in usable if one.lowest < needed or one.lowest == 0), None)
        if found is None:
            tokens = after = 0
        else:
            memory = found.memory
            after = min(common, max(found.lowest + 1, found.highest))
            tokens = min(after, found.tokens)
    kept = tuple(one for one in checkpoints if one.highest <= after)
    tokens = length - 1 if tokens == length and length else tokens
    return Restored(tokens, memory.truncated(tokens), kept)


def computed(
    start: Restored, length: int, user_starts: Sequence[int], schedule: Schedule, request: int
) -> tuple[Memory, tuple[Checkpoint, ...]]:
    """The memory after a prompt of `length` tokens, and the checkpoints that were made on the way."""
    position, memory, checkpoints = start
    while position < length:
        end = _batch_end(position, length, user_starts, schedule, checkpoints)
        if memory.lowest >= 0 and _wants(position, end, length, user_starts, schedule, checkpoints):
            made = Checkpoint(position, memory.lowest, memory.highest, memory.saved(), request)
            checkpoints = _with(checkpoints, made, schedule)
        memory = memory.extended(end, schedule.ubatch)
        position = end
    return memory, checkpoints


def _far_enough(position: int, checkpoints: Sequence[Checkpoint], schedule: Schedule) -> bool:
    return not checkpoints or position > checkpoints[-1].tokens + schedule.step


def _batch_end(
    start: int, length: int, user_starts: Sequence[int], schedule: Schedule, checkpoints: Sequence[Checkpoint]
) -> int:
    stops = [length, start + schedule.batch]
    if schedule.most:
        last = user_starts[-1] if user_starts else None
        stops += [one for one in user_starts if one == last or _far_enough(one, checkpoints, schedule)]
        stops += [length - min(schedule.batch, back) for back in (TAIL + schedule.ubatch, TAIL)]
    return min(stop for stop in stops if stop > start)


def _wants(
    start: int,
    end: int,
    length: int,
    user_starts: Sequence[int],
    schedule: Schedule,
    checkpoints: Sequence[Checkpoint],
) -> bool:
    near_end = length < end + schedule.ubatch
    if not schedule.most or not (near_end or start in user_starts or end == length):
        return False
    return near_end or start == user_starts[-1] or _far_enough(start, checkpoints, schedule)


def _with(checkpoints: Sequence[Checkpoint], made: Checkpoint, schedule: Schedule) -> tuple[Checkpoint, ...]:
    """The checkpoints with a new one. Where there are too many, those of earlier requests go that stand close by."""
    kept = list(checkpoints)
    last, number = None, 0
    while len(kept) + 1 >= schedule.most and number < len(kept):
        one = kept[number]
        if one.request != made.request and last is not None and one.tokens <= last + schedule.step:
            del kept[number]
            continue
        last, number = one.tokens, number + 1
    kept = kept[max(0, len(kept) - schedule.most + 1) :]
    return (*(one for one in kept if one.tokens != made.tokens), made)
