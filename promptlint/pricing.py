"""What a run costs where somebody asked: seconds by --prefill-rate, dollars by the price of a hosted API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.cost import NO_COST, Cost
from promptlint.engine import HOSTED
from promptlint.engine.hosted import writes
from promptlint.engine.marked_boundary import usage
from promptlint.engine.price import MILLION, Speed, money
from promptlint.engine.serving import Prediction, Spans
from promptlint.model import Pair, Report
from promptlint.options import Options


def of_request(engine: str, spans: Spans, tokens: int, found: Prediction, options: Options) -> Cost:
    """A prompt of which an engine gives back what it can at most: seconds to compute the rest, or dollars for all."""
    if engine in HOSTED:
        return _dollars(engine, spans, tokens, found.high, options)
    return _seconds(options.prefill_rate, [(tokens - found.high, found.high)])


def _seconds(speed: Speed | None, parts: list[tuple[int, int]]) -> Cost:
    """Parts of so many tokens, each behind so many that are cached."""
    if speed is None:
        return NO_COST
    prices = [speed.seconds(new, cached) for new, cached in parts]
    return Cost(seconds=sum(one.amount for one in prices), assumption=speed.seconds(0).assumption)


def _dollars(engine: str, spans: Spans, tokens: int, read: int, options: Options) -> Cost:
    known, reach = writes(engine, spans, options.providers)
    if known.price is None:
        return NO_COST
    if reach is None:
        amount, assumption = money(tokens - read, read, 0, known)
        return Cost(dollars=amount, assumption=assumption)
    billed = usage(tokens, read, spans, known, reach)
    long = sum(count for lifetime, count in billed.written if lifetime in known.lifetimes[1:])
    short = sum(count for _, count in billed.written) - long
    amount, assumption = money(billed.fresh, read, short or long, known, long=not short)
    if short and long:
        amount += long * known.write_long * known.price / MILLION
        assumption += f", writes for {known.lifetimes[-1]} at {known.write_long:g}×"
    return Cost(dollars=amount, assumption=assumption)


def with_seconds(report: Report, speed: Speed) -> Report:
    """The report, each pair and the whole of it with the seconds of its lost tokens."""
    costs = [NO_COST if one.lost_tokens is None else _seconds(speed, [_lost(one)]) for one in report.pairs]
    pairs = tuple(replace(pair, cost=cost) for pair, cost in zip(report.pairs, costs, strict=True))
    return replace(report, pairs=pairs, cost=_seconds(speed, list(_losses(report))))


def _losses(report: Report) -> Iterator[tuple[int, int]]:
    """Lost tokens, and those in front of them: by the steps of the sessions where there are any, else by the pairs."""
    steps = [(step.lost or 0, step.kept or 0) for one in report.conversations for step in one.steps]
    yield from steps or map(_lost, report.pairs)


def _lost(pair: Pair) -> tuple[int, int]:
    return pair.lost_tokens or 0, pair.common_prefix_tokens or 0
