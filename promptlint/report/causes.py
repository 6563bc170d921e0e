"""The causes of a broken pair as a table: what each costs alone, and what is lost still with it and those above it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from promptlint.cost import Cause
from promptlint.report.frame import ellipsis_of
from promptlint.terminal import Terminal, columns, cut, safe

MOST_CAUSES = 8
HEADS = ("code", "where", "lost alone", "left after it")
NO_RULE = "no rule"
UNKNOWN = "?"
INDENT = "  "


def cause_lines(causes: Sequence[Cause], terminal: Terminal) -> Iterator[str]:
    """The table, if there are several, and the sentence of the first one: what would be reused without it."""
    if len(causes) > 1:
        yield from _table(causes, terminal)
    sentence = causes[0].sentence
    if sentence is not None:
        yield from [""] if len(causes) > 1 else []
        text = f"{sentence[:1].upper()}{sentence[1:]}."
        yield from textwrap.wrap(safe(text), terminal.width, break_on_hyphens=False)


def _table(causes: Sequence[Cause], terminal: Terminal) -> Iterator[str]:
    shown = causes[:MOST_CAUSES]
    rows = [HEADS, *(_row(cause) for cause in shown)]
    widths = [max(columns(row[at]) for row in rows) for at in range(len(HEADS))]
    widths[1] = min(widths[1], terminal.width - len(INDENT) * len(HEADS) - widths[0] - widths[2] - widths[3])
    yield "Causes, in the order of the prompt:"
    for number, row in enumerate(rows):
        line = _line(row, widths, terminal)
        yield terminal.style(line, "dim") if not number else line
    if len(shown) < len(causes):
        yield f"{INDENT}and {len(causes) - len(shown)} more: --format json has all"


def _row(cause: Cause) -> tuple[str, str, str, str]:
    return cause.code or NO_RULE, safe(cause.where), _count(cause.lost_tokens), _count(cause.remaining_tokens)


def _count(tokens: int | None) -> str:
    return UNKNOWN if tokens is None else f"{tokens:,}"


def _line(row: Sequence[str], widths: Sequence[int], terminal: Terminal) -> str:
    """Words to the left, numbers to the right."""
    where = cut(row[1], widths[1], ellipsis_of(terminal))
    words = [row[0] + " " * (widths[0] - columns(row[0])), where + " " * (widths[1] - columns(where))]
    numbers = [" " * (width - columns(cell)) + cell for cell, width in zip(row[2:], widths[2:], strict=True)]
    return INDENT + INDENT.join([*words, *numbers])
