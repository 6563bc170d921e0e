"""Seconds and dollars of a report, and below them what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.cost import Cost, Reuse
from promptlint.report.table import UNKNOWN
from promptlint.report.text_block import wrapped
from promptlint.terminal import Terminal

LEAST_SECONDS, LEAST_DOLLARS = 0.01, 0.0001


def seconds(amount: float | None) -> str:
    """Seconds with as many digits as anybody would measure."""
    if amount is None:
        return UNKNOWN
    if 0 < amount < LEAST_SECONDS:
        return f"<{LEAST_SECONDS}"
    return f"{amount:.2f}" if amount < 10 else f"{amount:,.1f}" if amount < 100 else f"{amount:,.0f}"


def dollars(amount: float | None) -> str:
    """Dollars down to a hundredth of a cent."""
    if amount is None:
        return UNKNOWN
    return f"<${LEAST_DOLLARS}" if 0 < amount < LEAST_DOLLARS else f"${amount:,.4f}"


def lost_lines(lost: int | None, cost: Cost, terminal: Terminal) -> Iterator[str]:
    """What the lost tokens of a pair take; nothing where none are lost, or nobody asked."""
    if lost and cost.seconds is not None:
        text = f"The {lost:,} lost tokens take {seconds(cost.seconds)} s to compute again, {cost.assumption}."
        yield from wrapped(text, terminal, indent="")


def assumption_lines(reuse: Sequence[Reuse], terminal: Terminal) -> Iterator[str]:
    """What the columns of a table rest on, each assumption once with those that it is of."""
    engines: dict[tuple[str, str], list[str]] = {}
    for one in reuse:
        if one.cost.assumption is not None:
            unit = "Seconds" if one.cost.dollars is None else "Dollars"
            engines.setdefault((unit, one.cost.assumption), []).append(one.engine)
    for (unit, assumption), names in engines.items():
        of = "" if unit == "Seconds" else f" of {', '.join(dict.fromkeys(names))}, for the whole request"
        yield from wrapped(f"{unit}{of}: {assumption}.", terminal)
