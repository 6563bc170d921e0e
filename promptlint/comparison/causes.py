"""What each fault of a broken pair costs: faults are undone in copies of the later request, and those are rendered.

Nothing here knows what the faults are, or how they are undone: they are numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from promptlint.common_prefix import common_prefix
from promptlint.errors import PromptlintError
from promptlint.local_model import Model, Rendering
from promptlint.model import Chat, Pair
from promptlint.records import dataclass
from promptlint.token_ids import common_tokens

MOST_FAULTS = 12  # that are priced one by one, and the growth with them
MOST_RENDERINGS = 3 * (MOST_FAULTS + 1)  # of one pair, `before` among them: three for each, and for the growth
Undone = Callable[[frozenset[int]], Chat]  # a copy of `after` with these faults undone


@dataclass(frozen=True, slots=True)
class Price:
    """What a fault costs, in tokens; None is what could not be rendered."""

    fault: int
    lost: int | None  # of `before`, with all the other faults undone: what this one alone makes uncacheable
    reusable: int | None  # common prefix with this one alone undone
    remaining: int | None  # lost with it, and all those before it in the prompt, undone


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices in the order of the prompt, and what is lost with every fault undone."""

    prices: tuple[Price, ...]
    unexplained: int | None
    complete: bool = True  # false: there are more faults than one pair is worth


class _Bench:
    """Renders copies of a pair's second request, each only once."""

    def __init__(self, model: Model, before: Chat, now: datetime, pair: Pair, undone: Undone) -> None:
        self._model, self._before, self._now, self._pair, self._undone = model, before, now, pair, undone
        self._common: dict[frozenset[int], tuple[int, int] | None] = {}  # characters and tokens
        self._by_text: dict[str, tuple[int, int]] = {}
        self._own: Rendering | None = None
        self._ids: Sequence[int] | None = None

    def common(self, undone: frozenset[int]) -> int | None:
        """Tokens of the common prefix with these faults undone."""
        if not undone:
            return self._pair.common_prefix_tokens
        found = self._measured(undone)
        return None if found is None else found[1]

    def place(self, undone: frozenset[int]) -> tuple[int, int]:
        """Where the common prefix ends, in tokens and in characters; the end of everything where that is not known."""
        found = self._measured(undone)
        return (1 << 62, 0) if found is None else (found[1], found[0])

    def lost(self, undone: frozenset[int]) -> int | None:
        """Tokens of `before` behind that prefix, the generation prompt forgiven, as in the pair's own number."""
        common, pair = self.common(undone), self._pair
        if common is None or pair.common_prefix_tokens is None or pair.lost_tokens is None:
            return None
        return max(0, pair.common_prefix_tokens + pair.lost_tokens - common)

    def _measured(self, undone: frozenset[int]) -> tuple[int, int] | None:
        if undone not in self._common:
            try:
                self._common[undone] = self._compared(self._model.render(self._undone(undone), self._now))
            except PromptlintError:
                self._common[undone] = None
        return self._common[undone]

    def _compared(self, rendering: Rendering) -> tuple[int, int]:
        text = rendering.text
        if self._own is None:
            self._own = self._model.render(self._before, self._now)
        if rendering == self._own:
            return len(text), self._pair.before_tokens or 0
        if text not in self._by_text or rendering.given:
            if self._ids is None:
                self._ids = self._model.encode(self._own).ids
            ids = self._model.encode(rendering).ids
            self._by_text[text] = common_prefix(self._own.text, text), common_tokens(self._ids, ids)
        return self._by_text[text]


def prices(
    model: Model, before: Chat, now: datetime, pair: Pair, faults: Sequence[int], undone: Undone, *, growth: int
) -> Prices:
    """The prices of the faults of a broken pair.

    `growth` is one more fault: that `after` has more messages than `before`. It is one only where something is lost
    with all the others undone: then it is the template that rewrites what came before.
    """
    bench = _Bench(model, before, now, pair, undone)
    priced = list(faults[:MOST_FAULTS])
    all_of_them = frozenset(faults)
    left = bench.lost(all_of_them)
    if left:
        priced.append(growth)
        all_of_them |= {growth}
        left = bench.lost(all_of_them)
    alone = {one: bench.lost(all_of_them - {one}) for one in priced}
    costing = [one for one in priced if alone[one] != 0]
    if len(costing) > 1:
        costing.sort(key=lambda one: bench.place(all_of_them - {one}))
    so_far = all_of_them - frozenset(costing)
    found = []
    for one in costing:
        so_far |= {one}
        found.append(Price(one, alone[one], bench.common(frozenset((one,))), bench.lost(so_far)))
    found += [Price(one, 0, None, None) for one in priced if alone[one] == 0]
    return Prices(tuple(found), left, len(faults) <= MOST_FAULTS)
