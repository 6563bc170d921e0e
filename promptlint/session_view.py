"""The steps of a conversation, one for each request: tokens, what the cache gives back, what is lost, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from promptlint.cost import Step
from promptlint.lint.causes import Explained
from promptlint.lint.context import PairContext
from promptlint.lint.session import SessionContext
from promptlint.model import Conversation, Finding, Pair

SHORT_OF_CAUSE = "KV601"  # says that the prefix is short, and not why


def with_steps(
    conversations: Sequence[Conversation],
    pairs: Sequence[PairContext],
    sessions: Sequence[SessionContext],
    findings: Sequence[Finding],
    tokens: Mapping[int, int],
    explained: Mapping[int, Explained],
) -> tuple[Conversation, ...]:
    """The conversations with their steps. `tokens` are those of each request's prompt, as far as they are known;
    `explained` are the causes of the broken pairs."""
    of_request = {(pair.pair.conversation, pair.after.number): pair for pair in pairs}
    causes = _causes(findings, {pair.number: pair.pair for pair in pairs})
    evictions = {one.pair.number: one for session in sessions for one in session.evictions()}
    kept_in_slot = {number: one.kept for session in sessions for number, one in session.served.items()}

    def step(home: int, number: int) -> Step:
        context = of_request.get((home, number))
        if context is None:
            return Step(number, None, tokens.get(number), kept_in_slot.get(number), None)
        pair, eviction = context.pair, evictions.get(context.number)
        kept = kept_in_slot.get(number, pair.reusable_tokens)
        lost = pair.lost_tokens
        if eviction is not None and pair.before_tokens is not None:
            lost = max(0, pair.before_tokens - eviction.kept)
        by = None if eviction is None else eviction.by.number
        first = None if eviction is not None else _first_cause(explained.get(context.number))
        cause = (first or causes.get(context.number)) if lost else None
        return Step(number, pair.before, pair.after_tokens, kept, lost, cause, by)

    return tuple(
        replace(one, steps=tuple(step(home, number) for number in one.requests))
        for home, one in enumerate(conversations)
    )


def _first_cause(explained: Explained | None) -> str | None:
    """The rule of what breaks the prompt first."""
    return explained.causes[0].code if explained is not None and explained.causes else None


def _causes(findings: Sequence[Finding], pairs: Mapping[int, Pair]) -> dict[int, str]:
    """The rule that explains the loss of each pair: the one at the divergence, else the first that says anything."""
    found: dict[int, Finding] = {}
    told = ((number, one) for one in findings for number in dict.fromkeys((one.pair, *one.sums_up)))
    for number, one in told:
        if number is None or number not in pairs:
            continue
        known = found.get(number)
        if known is None or _weight(one, pairs[number]) > _weight(known, pairs[number]):
            found[number] = one
    return {number: one.code for number, one in found.items()}


def _weight(found: Finding, pair: Pair) -> tuple[bool, bool]:
    return bool(found.lost_tokens) and found.lost_tokens == pair.lost_tokens, found.code != SHORT_OF_CAUSE
