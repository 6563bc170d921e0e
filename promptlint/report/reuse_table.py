"""A table for a pair: what each engine, with each model, gives back of the second request, and why not more."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.cost import Reuse
from promptlint.model import Pair
from promptlint.report import View
from promptlint.report.table import UNKNOWN, count, end_of, line, widths_of
from promptlint.report.text_block import wrapped
from promptlint.terminal import Terminal, safe

HEADS = ("engine", "model", "common", "reused", "computed")
NAMED = (0, 1)  # the columns that hold names
LONGEST_MODEL = 30  # columns


def reuse_lines(pair: Pair, view: View) -> Iterator[str]:
    """Nothing where no engine was asked for."""
    if not pair.reuse:
        return
    rows = [_row(one, view.terminal) for one in pair.reuse]
    widths = widths_of([HEADS, *rows])
    yield "What a server gives back of the second request:"
    yield view.terminal.style(line(HEADS, widths, NAMED), "dim")
    for one, row in zip(pair.reuse, rows, strict=True):
        yield line(row, widths, NAMED)
        yield from () if one.note is None else wrapped(one.note, view.terminal, indent="    ")


def _row(one: Reuse, terminal: Terminal) -> tuple[str, ...]:
    name = end_of(safe(one.model), LONGEST_MODEL, terminal)
    return one.engine, name, count(one.common_prefix_tokens), _reused(one), count(one.recomputed)


def _reused(one: Reuse) -> str:
    if one.low is None or one.high is None:
        return UNKNOWN
    return count(one.low) if one.low == one.high else f"{one.low:,} to {one.high:,}"
