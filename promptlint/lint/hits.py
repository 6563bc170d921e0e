"""What the checks said, before it becomes findings: evidence of the pairs weighed in, the same fault told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.rule import Hit, Rule
from promptlint.model import Finding, Severity

Key = tuple[str, str, str]  # of a fault: rule, text, message
LOWER: Mapping[Severity, Severity] = {"error": "warning", "warning": "info", "info": "info"}


@dataclass(frozen=True)
class Found:
    """A hit with the rule that made it and the request, and the pair, that it was made in."""

    rule: Rule
    hit: Hit
    request: RequestContext
    pair: PairContext | None = None
    severity: Severity = "error"
    more: int = 0  # how many others like it in the same request
    finding: Finding | None = None  # what a report says of it
    sums_up: tuple[int, ...] = ()  # other pairs, by their numbers, whose fault it tells too

    @property
    def key(self) -> Key:
        """What is the same for the same fault in another request."""
        return self.rule.code, _identity(self.hit), self.hit.message or ""


def _identity(hit: Hit) -> str:
    return hit.text if hit.identity is None else hit.identity


def weighed(alone: Sequence[Found], paired: Sequence[Found], pairs: Sequence[PairContext]) -> Iterator[Found]:
    """Findings of requests, after what the pairs show of them.

    Of rules with evidence: what differs in a pair is left to the finding of the pair, or is an error; what is there and
    equal on both sides is lowered one level: it did not move.
    """
    sides: dict[int, list[tuple[PairContext, RequestContext]]] = {}
    for pair in pairs:
        sides.setdefault(pair.before.number, []).append((pair, pair.after))
        sides.setdefault(pair.after.number, []).append((pair, pair.before))
    texts: dict[int, set[Key]] = {}
    for one in alone:
        texts.setdefault(one.request.number, set()).add(one.key)
    moved = [one for one in paired if one.rule.evidence]
    for one in alone:
        around = sides.get(one.request.number, [])
        if not one.rule.evidence or not around:
            yield one
        elif not any(_is_part_of(one, other) for other in moved):
            still = [one.key in texts.get(other.number, ()) for _, other in around]
            if all(still):
                yield replace(one, severity=LOWER[one.severity])
            else:
                yield replace(one, severity="error", pair=around[still.index(False)][0])


def _is_part_of(alone: Found, paired: Found) -> bool:
    if alone.rule.code != paired.rule.code or paired.pair is None:
        return False
    if alone.request is paired.pair.after:
        return any(span.touches(alone.hit.span) for span in paired.hit.spans())
    return alone.request is paired.pair.before and any(
        span.touches(alone.hit.span) for span in paired.hit.related_spans()
    )


def told_once(found: Iterable[Found], told: Mapping[int, Set[Key]], pairs: Sequence[PairContext]) -> Iterator[Found]:
    """Without what an earlier request of the conversation has already, and what a run tells only once.

    `told` is what each request has, by its number. What a pair has raised to an error is told in any case.
    """
    known: dict[int, set[Key]] = {}
    for pair in pairs:
        known.setdefault(pair.after.number, set()).update(told.get(pair.before.number, ()))
    once: set[tuple[str, str]] = set()
    for one in found:
        if one.pair is None and one.key in known.get(one.request.number, ()):
            continue
        if one.hit.once is not None:
            if (one.rule.code, one.hit.once) in once:
                continue
            once.add((one.rule.code, one.hit.once))
        yield one


def gathered(found: Iterable[Found]) -> list[Found]:
    """Several of one rule with the same message in one request, or one pair, as the first of them with their number.

    A value that could move and stands in several requests of a file, which continue none, is told once too.
    """
    firsts: dict[tuple[object, ...], Found] = {}
    for one in found:
        where: object = one.request.number
        if one.rule.evidence and one.pair is None:
            where = one.request.request.path
        severity = one.finding.severity if one.finding else one.severity
        key = (where, one.pair.number if one.pair else None, severity, *one.key)
        if key in firsts:
            firsts[key] = replace(firsts[key], more=firsts[key].more + 1)
        else:
            firsts[key] = one
    return list(firsts.values())


def left_to_templates(paired: Sequence[Found], of_templates: Sequence[Found]) -> list[Found]:
    """Without the short prefixes of conversations that only grew, where it is told what their template does to them."""
    told = {id(one.request.model) for one in of_templates if one.hit.explains}
    return [
        one for one in paired if not (one.rule.general and one.pair and one.pair.grew and id(one.request.model) in told)
    ]
