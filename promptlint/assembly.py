"""What has been found, as the parts of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from promptlint import positions
from promptlint.capture.outcome import Outcome
from promptlint.lint.causes import Explained
from promptlint.lint.context import PairContext, RequestContext
from promptlint.model import UNREADABLE, Capture, Conversation, Finding, Pair, RequestSummary, Skipped
from promptlint.usual import SEVERITIES


def inputs(outcomes: Iterable[Outcome]) -> tuple[Capture, ...]:
    """The captures, and the files that somebody named and that are none."""
    return tuple(_input(one) for one in outcomes if one.capture is not None or one.named)


def _input(outcome: Outcome) -> Capture:
    if outcome.capture is not None:
        return outcome.capture
    return Capture(outcome.path, UNREADABLE, (), (Skipped("", str(outcome.error)),))


def summaries(contexts: Iterable[RequestContext], counts: Mapping[int, int]) -> tuple[RequestSummary, ...]:
    """The requests, with their tokens as far as they were counted."""
    return tuple(
        RequestSummary(one.request, positions.line(one.request), counts.get(one.number), one.model.use)
        for one in contexts
    )


def token_counts(pairs: Sequence[PairContext]) -> dict[int, int]:
    """Tokens by request, as far as a pair has counted them with the request's own model."""
    return {
        context.number: tokens
        for pair in pairs
        for context, tokens in ((pair.before, pair.compared.before), (pair.after, pair.compared.after))
        if isinstance(tokens, int) and context.model is pair.after.model
    }


def with_causes(pairs: Iterable[PairContext], explained: Mapping[int, Explained]) -> tuple[Pair, ...]:
    """The pairs, each with what it was broken by."""
    return tuple(_with_causes(pair, explained.get(pair.number)) for pair in pairs)


def _with_causes(pair: PairContext, explained: Explained | None) -> Pair:
    if explained is None:
        return pair.pair
    return replace(pair.pair, causes=explained.causes, limits=(*pair.pair.limits, *explained.limits))


def with_conversations(found: Iterable[Finding], conversations: Iterable[Conversation]) -> list[Finding]:
    """The findings of requests, each with the conversation that it belongs to."""
    homes = {number: home for home, one in enumerate(conversations) for number in one.requests}
    return [
        one
        if one.request is None or one.conversation is not None
        else replace(one, conversation=homes.get(one.request))
        for one in found
    ]


def ordered(found: Sequence[Finding], outcomes: Sequence[Outcome]) -> tuple[Finding, ...]:
    """File by file, the severest first, then by place."""
    files = {one.path: number for number, one in enumerate(outcomes)}

    def key(one: Finding) -> tuple[object, ...]:
        place = one.place
        at = (place.line or 0, place.column or 0, one.pair if one.pair is not None else -1)
        return (
            files.get(place.path, len(files)),
            place.path,
            SEVERITIES.index(one.severity),
            *at,
            one.code,
            one.message,
        )

    return tuple(sorted(found, key=key))
