"""llama.cpp's slots: each keeps the tokens of the last request that it served, and nothing else.

The slot with the most in common is taken if that is more than a tenth of the request, else the one that has rested
longest (`server-context.cpp`, `--slot-prompt-similarity`). What stood in it is overwritten. The copies in host memory
(`--cache-ram`) are left out: this is the server that people give one slot to, and no memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from promptlint.common_prefix import common_prefix

LEAST_SIMILARITY = 0.1


@dataclass(frozen=True, slots=True)
class Slot:
    """What a slot holds, and since when: `request` is whose it is, by any number that the caller has for it."""

    tokens: Sequence[int]
    request: int
    served: int


@dataclass(frozen=True, slots=True)
class Served:
    """How a request was served: from `kept` tokens of the slot that request `overwritten` had used."""

    kept: int
    overwritten: int | None


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots of a server, as many as have been used; the state between two requests."""

    count: int
    used: tuple[Slot, ...] = ()

    def serve(self, request: int, prompt: Sequence[int], generated: Sequence[int] = ()) -> tuple[Slots, Served]:
        """The state after a request, and what it found in its slot. One token at least is always computed.

        `generated` is without the last token that was sampled, which ends the answer: it has not been computed.
        """
        common = [common_prefix(slot.tokens, prompt) for slot in self.used]
        best = max(range(len(common)), key=lambda number: (common[number], self.used[number].served), default=None)
        if best is not None and common[best] <= LEAST_SIMILARITY * len(prompt):
            best = None
        chosen = self._longest_rested() if best is None else best
        kept = 0 if chosen is None else min(common[chosen], max(0, len(prompt) - 1))
        overwritten = None if chosen is None else self.used[chosen].request
        now = 1 + max((slot.served for slot in self.used), default=0)
        taken = Slot([*prompt, *generated], request, now)
        others = tuple(slot for number, slot in enumerate(self.used) if number != chosen)
        return Slots(self.count, (*others, taken)), Served(kept, overwritten)

    def _longest_rested(self) -> int | None:
        """The slot to overwrite; None where one is still empty."""
        if len(self.used) < self.count:
            return None
        return min(range(len(self.used)), key=lambda number: self.used[number].served)
