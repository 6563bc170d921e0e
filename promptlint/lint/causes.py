"""The causes of a broken pair: which rule tells of which difference, and what each of them costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from promptlint.comparison.causes import MOST_FAULTS, MOST_RENDERINGS, Price, prices
from promptlint.cost import Cause
from promptlint.lint.cause_words import sentence, values, where
from promptlint.lint.context import PairContext
from promptlint.lint.edits import Edit, Edits
from promptlint.lint.hits import Found
from promptlint.lint.nearness import told_of
from promptlint.lint.rule import Hit
from promptlint.local_model import DEFAULT_NOW
from promptlint.model import Chat

SHORT_OF_CAUSE = "KV601"  # says that the prefix is short, and not why
GROWTH = -1
LIMIT = f"causes beyond the first {MOST_FAULTS}: a pair is rendered {MOST_RENDERINGS} times at most to price them"


@dataclass(frozen=True)
class Explained:
    """The causes of a pair in the order of the prompt, and the price of what each hit tells of."""

    causes: tuple[Cause, ...] = ()
    unexplained: int | None = None  # tokens that are lost with all of them undone
    complete: bool = True
    prices: Mapping[int, int | None] = field(default_factory=dict)  # by the id of the hit

    def price(self, hit: Hit) -> int | None:
        """Tokens that what a hit tells of makes uncacheable by itself; None where it tells of no difference."""
        return self.prices.get(id(hit))

    @property
    def limits(self) -> tuple[str, ...]:
        return () if self.complete else (LIMIT,)


@dataclass(frozen=True)
class _Fault:
    """Differences that are undone together: those that one rule tells of in one way, or no rule."""

    edits: frozenset[int]
    told: tuple[Found, ...] = ()


def explained(pair: PairContext, told: Sequence[Found]) -> Explained:
    """Price what the rules tell of a broken pair; of what they leave, all together is one more cause.

    `told` is what they say of the pair, and of `after` alone where it is newly wrong; the most telling first.
    """
    edits = Edits(pair.before.chat, pair.after.chat, pair.alignment)
    told = [one for one in told if one.rule.code != SHORT_OF_CAUSE]
    covered = told_of(pair, edits.found, told)
    faults = _faults(edits.found, covered, told)
    owner = {edit: number for number, fault in enumerate(faults) for edit in fault.edits}

    def undone(numbers: frozenset[int]) -> Chat:
        chosen = {edit for number in numbers if number != GROWTH for edit in faults[number].edits}
        return edits.undone(chosen, growth=GROWTH not in numbers)

    now = pair.now or pair.before.capture_time or DEFAULT_NOW
    found = prices(pair.after.model, pair.before.chat, now, pair.pair, range(len(faults)), undone, growth=GROWTH)
    costs = {one.fault: one.lost for one in found.prices}
    by_hit = {
        id(one.hit): _most(costs.get(owner[edit]) for edit in covered[number])
        for number, one in enumerate(told)
        if covered[number]
    }
    shown = [one for one in found.prices if one.lost != 0]
    causes = tuple(_cause(pair, edits, None if one.fault == GROWTH else faults[one.fault], one) for one in shown)
    return Explained(causes, found.unexplained, found.complete, by_hit)


def _most(costs: Iterable[int | None]) -> int | None:
    known = [cost for cost in costs if cost is not None]
    return max(known, default=None)


def _faults(edits: Sequence[Edit], covered: Sequence[set[int]], told: Sequence[Found]) -> list[_Fault]:
    """The differences by what tells of them first; those that look alike in a report are one."""
    found: dict[object, tuple[set[int], list[Found]]] = {}
    left = set(range(len(edits)))
    for explains in (True, False):  # what only says where something stands has the last word
        for number, one in enumerate(told):
            own = covered[number] & left if one.hit.explains is explains else set()
            if own:
                numbers, hits = found.setdefault(one.key, (set(), []))
                numbers |= own
                hits.append(one)
                left -= own
    faults = [_Fault(frozenset(numbers), tuple(hits)) for numbers, hits in found.values()]
    faults += [_Fault(frozenset(left))] if left else []
    return sorted(faults, key=lambda fault: min(fault.edits))


def _cause(pair: PairContext, edits: Edits, fault: _Fault | None, price: Price) -> Cause:
    told = fault.told[0] if fault is not None and fault.told else None
    own = [] if fault is None else [edits.found[number] for number in sorted(fault.edits)]
    edit = own[0] if own else None
    old, new = (None, None) if edit is None else values(pair, own)
    return Cause(
        rule=None if told is None else told.rule.name,
        code=None if told is None else told.rule.code,
        pointer=_pointer(pair, edit, told),
        lost_tokens=price.lost,
        reusable_tokens=price.reusable,
        remaining_tokens=price.remaining,
        before=old,
        after=new,
        where=where(pair, edit),
        sentence=sentence(pair, own, told, price),
        redacted_where=where(pair, edit, redact=True),
        redacted_sentence=sentence(pair, own, told, price, redact=True),
    )


def _pointer(pair: PairContext, edit: Edit | None, told: Found | None) -> str:
    """Where the rule puts it; else where the first difference stands, in `before` if it is nowhere else."""
    if edit is None:
        return ""
    if told is not None and not told.hit.in_before and told.hit.place is None:
        pointer = told.hit.span.pointer
        return pointer if told.hit.in_body else pair.after.body_pointer(pointer)
    side, span = (pair.before, edit.before) if edit.kind == "removed" else (pair.after, edit.after)
    return side.body_pointer(span.pointer)
