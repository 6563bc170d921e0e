"""llama.cpp's copies of slots in host memory (`--cache-ram`): what a slot held before another request took it.

Source: llama.cpp tools/server/server-task.cpp (server_prompt_cache), read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from promptlint.common_prefix import common_prefix
from promptlint.engine.checkpoints import Checkpoint, Memory
from promptlint.engine.slots import single
from promptlint.records import dataclass

LEAST_KEPT = 0.25  # share of a copy's tokens that a request must keep


@dataclass(frozen=True, slots=True)
class Kept:
    """The tokens of a slot, and what the layers keep of them."""

    tokens: tuple[int, ...]
    memory: Memory
    checkpoints: tuple[Checkpoint, ...] = ()


def saved(copies: tuple[Kept, ...], slot: Kept) -> tuple[Kept, ...]:
    """The copies with that of a slot, oldest first. What begins another copy needs none of its own."""
    if not slot.tokens or any(_begins(slot, copy) for copy in copies):
        return copies
    others = (copy for copy in copies if not _begins(copy, slot))
    return (*others, Kept(slot.tokens, slot.memory.saved(), slot.checkpoints))


def _begins(left: Kept, right: Kept) -> bool:
    return right.tokens[: len(left.tokens)] == left.tokens


class _Fit(NamedTuple):
    kept: float
    similarity: float


def _fit(held: Kept, prompt: Sequence[int]) -> _Fit:
    common = common_prefix(held.tokens, prompt)
    kept = single(common / len(held.tokens)) if held.tokens else -1.0
    return _Fit(kept, single(common / len(prompt)) if prompt else 0.0)


def better(copies: tuple[Kept, ...], slot: Kept, prompt: Sequence[int]) -> Kept | None:
    """The copy to put into a slot, if one fits a request better in both respects: kept tokens, and likeness."""
    best, found = _fit(slot, prompt), None
    for copy in copies:
        fit = _fit(copy, prompt)
        if fit.kept >= LEAST_KEPT and fit.kept > best.kept and fit.similarity > best.similarity:
            best, found = fit, copy
    return found


def fitting(copies: tuple[Kept, ...], tokens: int | None) -> tuple[Kept, ...]:
    """The newest copies that have room in so many tokens, but at least one; all where the room is not known."""
    if tokens is None:
        return copies
    while len(copies) > 1 and sum(len(copy.tokens) for copy in copies) > tokens:
        copies = copies[1:]
    return copies
