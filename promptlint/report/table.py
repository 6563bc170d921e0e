"""Tables: names to the left, numbers to the right, in columns that fit them; a list where they have no room."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from promptlint.records import dataclass
from promptlint.report.text_block import GAP, INDENT, wrapped
from promptlint.terminal import Terminal, columns

UNKNOWN = "-"
LEAST = 8  # columns of a name that is cut


@dataclass(frozen=True, slots=True)
class Table:
    """The heads and the rows, and which columns hold names; one of these gives way where there is no room."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: tuple[int, ...]
    elastic: int
    shorten: Callable[[str, int], str]  # a name, and how many columns it may have


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of the heads, none in a list, and those of each row."""

    head: list[str]
    rows: list[list[str]]


def lines_of(table: Table, terminal: Terminal, room: int | None = None) -> Lines:
    """The table in `room` columns, or all that the terminal has."""
    rows = [table.heads, *table.rows]
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    spare = (terminal.width if room is None else room) - sum(len(GAP) + width for width in widths)
    widest = widths[table.elastic]
    widths[table.elastic] = widest + min(0, spare)
    if widths[table.elastic] < min(widest, LEAST):
        return Lines([], [_listed(table, row, terminal) for row in table.rows])
    head, *lines = [_line(table, row, widths) for row in rows]
    return Lines([terminal.style(head, "dim")], [[line] for line in lines])


def _line(table: Table, row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        table.shorten(cell, width) if at == table.elastic else cell
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    padded = [
        cell + " " * (width - columns(cell)) if at in table.names else " " * (width - columns(cell)) + cell
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return INDENT + GAP.join(padded)


def _listed(table: Table, row: Sequence[str], terminal: Terminal) -> list[str]:
    """The names of a row, and below them each number behind its head."""
    named = enumerate(zip(table.heads, row, strict=True))
    names, numbers = [], []
    for at, (head, cell) in named:
        if at == table.elastic:
            cell = table.shorten(cell, terminal.width - len(INDENT))
        if at in table.names:
            names.append(cell)
        elif cell.strip():
            numbers.append(f"{head} {cell}")
    return [
        *wrapped(GAP.join(filter(None, names)), terminal),
        *wrapped(", ".join(numbers), terminal, indent=2 * INDENT),
    ]


def count(number: int | None) -> str:
    """A number as people read it."""
    return UNKNOWN if number is None else f"{number:,}"
