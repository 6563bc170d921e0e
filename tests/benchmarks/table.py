"""The table of the README, measured: promptlint beside transformers, whole processes, medians of several runs.

PROMPTLINT_TRANSFORMERS_PYTHON=…/bin/python python -m tests.benchmarks.table [SCENARIO…]
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.process import Measured, median_seconds
from tests.benchmarks.scenarios import NO_TRANSFORMERS, SCENARIOS, THEIR_PYTHON, Scenario, bench_model, ours, theirs
from tests.benchmarks.scenarios import write_traffic as written

HEAD = (
    "| | transformers | promptlint, first run | next, something changed | nothing changed | memory: theirs | ours |",
    "|---|---|---|---|---|---|---|",
)
CHANGED = ("--today", "2000-01-01")


@dataclass(frozen=True, slots=True)
class Row:
    """The runs of one scenario."""

    scenario: Scenario
    theirs: list[Measured] = field(default_factory=list)
    cold: list[Measured] = field(default_factory=list)
    other: list[Measured] = field(default_factory=list)  # with the tokens known, and something else changed
    warm: list[Measured] = field(default_factory=list)


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """Markdown: seconds, and in brackets the share of transformers' time; * where it is more than we want."""
    yield from HEAD
    for row in rows:
        base = median_seconds(row.theirs)
        cold = _share(row.cold, base, row.scenario.cold)
        warm = _share(row.warm, base, row.scenario.warm)
        other = _share(row.other, base, None)
        own = [*row.cold, *row.other, *row.warm]
        memory = [f"{max(run.megabytes for run in runs):,.0f} MB" for runs in (row.theirs, own)]
        yield f"| {row.scenario.about} | {base:.2f} s | {cold} | {other} | {warm} | {memory[0]} | {memory[1]} |"


def _share(runs: Sequence[Measured], base: float, wanted: float | None) -> str:
    seconds = median_seconds(runs)
    missed = "*" if wanted is not None and seconds / base > wanted else ""
    return f"{seconds:.2f} s ({seconds / base:.2f}{missed})"


def measured(scenario: Scenario, folder: Path, model: str) -> Row:
    """A row, its runs in turns, so that a busy moment of the machine hits all of them."""
    written(folder, scenario.name)
    row = Row(scenario)
    for number in range(scenario.rounds):
        cache = folder / f"cache {scenario.name} {number}"
        row.theirs.append(theirs(scenario, folder, model))
        row.cold.append(ours(scenario, folder, model, cache))
        row.other.append(ours(scenario, folder, model, cache, *CHANGED))
        row.warm.append(ours(scenario, folder, model, cache))
    return row


def main(names: Sequence[str]) -> None:
    if THEIR_PYTHON is None:
        sys.exit(NO_TRANSFORMERS)
    with tempfile.TemporaryDirectory() as folder:
        chosen = [one for one in SCENARIOS if not names or one.name in names]
        rows = [measured(one, Path(folder), bench_model()) for one in chosen]
    print("\n".join(lines(rows)))


if __name__ == "__main__":
    main(sys.argv[1:])
