"""A table for a pair: what each engine, with each model, gives back of the second request, and why not more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.cost import Reuse
from promptlint.engine.local import ENGINES
from promptlint.model import Pair
from promptlint.report import View
from promptlint.report.price_lines import assumption_lines, dollars, seconds
from promptlint.report.table import UNKNOWN, Table, count, lines_of
from promptlint.report.text_block import wrapped
from promptlint.terminal import Terminal

HEADS = ("engine", "model", "common", "reused", "computed")
NAMES = (0, 1)
MODEL = 1


def reuse_lines(pair: Pair, view: View) -> Iterator[str]:
    """Nothing where no engine was asked for."""
    if not pair.reuse:
        return
    prices = _prices(pair.reuse)
    heads = (*HEADS, *(name for name, _ in prices))
    rows = tuple((*_row(one, view.terminal), *(cells[at] for _, cells in prices)) for at, one in enumerate(pair.reuse))
    lines = lines_of(Table(heads, rows, NAMES, MODEL, view.terminal.cut_middle), view.terminal)
    yield from wrapped("What a server gives back of the second request:", view.terminal, indent="")
    yield from lines.head
    for one, row in zip(pair.reuse, lines.rows, strict=True):
        yield from row
        yield from () if one.note is None else wrapped(one.note, view.terminal, indent="    ")
    yield from assumption_lines(pair.reuse, view.terminal)
    yield from _report_lines(pair.reuse, view.terminal)


def _prices(reuse: Sequence[Reuse]) -> list[tuple[str, list[str]]]:
    """The columns of seconds and of dollars, where there are any."""
    columns = {
        "seconds": [seconds(one.cost.seconds) for one in reuse],
        "dollars": [dollars(one.cost.dollars) for one in reuse],
    }
    return [(name, cells) for name, cells in columns.items() if set(cells) != {UNKNOWN}]


def _report_lines(reuse: Sequence[Reuse], terminal: Terminal) -> Iterator[str]:
    """Where these engines do not simply tell what they gave back."""
    told = [
        f"{name}, {ENGINES[name].reports}"
        for name in dict.fromkeys(one.engine for one in reuse)
        if name in ENGINES and ENGINES[name].reports
    ]
    if told:
        yield from wrapped(f"What they report of it: {'; '.join(told)}.", terminal)


def _row(one: Reuse, terminal: Terminal) -> tuple[str, ...]:
    return one.engine, terminal.safe(one.model), count(one.common_prefix_tokens), _reused(one), count(one.recomputed)


def _reused(one: Reuse) -> str:
    if one.low is None or one.high is None:
        return UNKNOWN
    return count(one.low) if one.low == one.high else f"{one.low:,} to {one.high:,}"
