"""llama.cpp's slots: each keeps the tokens of the last request that it served.

The slot with the most in common is taken if that is more than a tenth of the request, else the one that has rested
longest (`server-context.cpp`, `--slot-prompt-similarity`). What stood in it is overwritten. `Slots` is a server without
copies in host memory (`--cache-ram 0`); `llama_cpp` is the whole server, and chooses by the same rule.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from promptlint.common_prefix import common_prefix
from promptlint.records import dataclass

LEAST_SIMILARITY = 0.1


class Held(Protocol):
    """A slot: the tokens in it, and the number of the request that it served last (below 0: none yet)."""

    @property
    def tokens(self) -> Sequence[int]: ...
    @property
    def served(self) -> int: ...


class Choice(NamedTuple):
    """Which slot a request gets, and how much of the request stands in it."""

    number: int
    common: int
    similar: bool  # taken for what it holds; False: because it rested longest
    kept: float  # share of the slot's tokens that the request keeps, f_keep; 0 for an empty slot


def choice(slots: Sequence[Held], prompt: Sequence[int], similarity: float = LEAST_SIMILARITY) -> Choice:
    """The slot for a request, of at least one. A similarity of 0 asks only who rested longest."""
    common = [common_prefix(slot.tokens, prompt) for slot in slots]
    best = max(range(len(slots)), key=lambda number: (common[number], -number))
    likeness = single(common[best] / len(prompt)) if prompt else 0.0
    if similarity and likeness > single(similarity):
        # The server multiplies back in single precision: half a slot may be a hair less than half.
        kept = single(single(likeness * len(prompt)) / len(slots[best].tokens))
        return Choice(best, common[best], True, kept)
    # Of slots that rest equally long, the server takes the last.
    rested = min(range(len(slots)), key=lambda number: (slots[number].served, -number))
    held = len(slots[rested].tokens)
    return Choice(rested, common[rested], False, single(common[rested] / held) if held else 0.0)


def single(value: float) -> float:
    """A number in single precision, as the server compares its shares."""
    rounded: float = struct.unpack("f", struct.pack("f", value))[0]
    return rounded


@dataclass(frozen=True, slots=True)
class Slot:
    """What a slot holds, and since when: `request` is whose it is, by any number that the caller has for it."""

    tokens: Sequence[int] = ()
    request: int | None = None
    served: int = -1


@dataclass(frozen=True, slots=True)
class Served:
    """How a request was served: from `kept` tokens of the slot that request `overwritten` had used."""

    kept: int
    overwritten: int | None


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots of a server; the state between two requests."""

    count: int
    all: tuple[Slot, ...] = ()

    def serve(self, request: int, prompt: Sequence[int], generated: Sequence[int] = ()) -> tuple[Slots, Served]:
        """The state after a request, and what it found in its slot. One token at least is always computed.

        `generated` is without the last token that was sampled, which ends the answer: it has not been computed.
        """
        slots = self.all or (Slot(),) * self.count
        prompt = tuple(prompt)
        chosen = choice(slots, prompt)
        kept = min(chosen.common, max(0, len(prompt) - 1))
        now = 1 + max(slot.served for slot in slots)
        taken = Slot((*prompt, *generated), request, now)
        after = (*slots[: chosen.number], taken, *slots[chosen.number + 1 :])
        return Slots(self.count, after), Served(kept, slots[chosen.number].request)
