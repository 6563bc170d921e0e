"""The causes of a broken pair as a table: what each costs alone, and what is lost still with it and those above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.cost import Cause
from promptlint.report import View
from promptlint.report.table import Table, lines_of
from promptlint.report.text_block import INDENT, wrapped
from promptlint.terminal import Terminal

MOST_CAUSES = 8  # shown; --verbose and json have all
HEADS = ("code", "where", "lost alone", "left after it")
NAMES = (0, 1)
WHERE = 1
NO_RULE = "no rule"
UNKNOWN = "?"


def cause_lines(causes: Sequence[Cause], view: View) -> Iterator[str]:
    """The table, if there are several, and the sentence of the first one: what would be reused without it."""
    if len(causes) > 1:
        yield from _table(causes, view)
    sentence = causes[0].sentence
    if sentence is not None:
        yield from [""] if len(causes) > 1 else []
        yield from wrapped(f"{sentence[:1].upper()}{sentence[1:]}.", view.terminal, indent="")


def _table(causes: Sequence[Cause], view: View) -> Iterator[str]:
    terminal = view.terminal
    shown = causes if view.detail == "verbose" else causes[:MOST_CAUSES]
    rows = tuple(_row(cause, terminal) for cause in shown)
    lines = lines_of(Table(HEADS, rows, NAMES, WHERE, terminal.cut), terminal)
    yield "Causes, in the order of the prompt:"
    yield from lines.head
    for row in lines.rows:
        yield from row
    if len(shown) < len(causes):
        yield f"{INDENT}and {len(causes) - len(shown)} more: --verbose shows all"


def _row(cause: Cause, terminal: Terminal) -> tuple[str, str, str, str]:
    where = terminal.safe(cause.where.replace("…", terminal.ellipsis))
    return cause.code or NO_RULE, where, _count(cause.lost_tokens), _count(cause.remaining_tokens)


def _count(tokens: int | None) -> str:
    return UNKNOWN if tokens is None else f"{tokens:,}"
