"""The turns of a conversation as the page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from promptlint.cost import Step
from promptlint.model import JsonObject, Report
from promptlint.report.page.shown import optional


def turns_data(report: Report) -> Iterator[list[JsonObject]]:
    """For each conversation a turn for each request: by the steps of a session, else by the pairs."""
    pairs: dict[int, list[int]] = {}
    for number, pair in enumerate(report.pairs):
        pairs.setdefault(pair.after, []).append(number)
    for conversation in report.conversations:
        steps = conversation.steps or [_step(report, number, pairs) for number in conversation.requests]
        yield [_turn(step, pairs.get(step.request, ())) for step in steps]


def _step(report: Report, number: int, pairs: Mapping[int, Sequence[int]]) -> Step:
    """A request of a pair that is no session."""
    tokens = report.requests[number].tokens
    if number not in pairs:
        return Step(number, None, tokens, None, None)
    pair = report.pairs[pairs[number][0]]
    cause = next((cause.code for cause in pair.causes), None)
    return Step(number, pair.before, tokens, pair.common_prefix_tokens, pair.lost_tokens, cause)


def _turn(step: Step, pairs: Sequence[int]) -> JsonObject:
    return {
        "request": step.request,
        "tokens": step.tokens,
        "kept": step.kept,
        "lost": step.lost,
        "cause": optional(step.cause),
        "by": step.evicted_by,
        "pairs": list(pairs),
    }
