"""Lines of tables: names to the left, numbers to the right, in columns that fit them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from promptlint.report.frame import ellipsis_of
from promptlint.terminal import Terminal, columns, tail

UNKNOWN = "-"


def widths_of(rows: Sequence[Sequence[str]]) -> list[int]:
    """The columns that each cell of a line needs."""
    return [max(map(columns, column)) for column in zip(*rows, strict=True)]


def line(cells: Sequence[str], widths: Sequence[int], names: Collection[int]) -> str:
    """One line, indented; `names` are the numbers of the cells that hold names."""
    padded = [
        cell + " " * (width - columns(cell)) if at in names else " " * (width - columns(cell)) + cell
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  " + "  ".join(padded)


def count(number: int | None) -> str:
    """A number as people read it."""
    return UNKNOWN if number is None else f"{number:,}"


def end_of(name: str, width: int, terminal: Terminal) -> str:
    """The end of a name, which tells two of one folder apart."""
    ellipsis = ellipsis_of(terminal)
    return name if columns(name) <= width else ellipsis + tail(name, width - columns(ellipsis))
