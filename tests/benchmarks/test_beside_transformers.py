"""Each amount of work as whole processes, cold and warm, beside transformers in the same run.

PROMPTLINT_TRANSFORMERS_PYTHON=…/bin/python pytest tests/benchmarks --benchmark-enable -s
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.scenarios import (
    NO_TRANSFORMERS,
    SCENARIOS,
    THEIR_PYTHON,
    Scenario,
    differing,
    ours,
    theirs,
    write_traffic,
)
from tests.benchmarks.table import CHANGED, Row, lines

pytestmark = pytest.mark.skipif(THEIR_PYTHON is None, reason=NO_TRANSFORMERS)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one.name for one in SCENARIOS])
def test_beside_transformers(benchmark: Any, scenario: Scenario, folder: Path, model: str, tmp_path: Path) -> None:
    if not benchmark.enabled and scenario.name != "pair":
        pytest.skip("without --benchmark-enable only the pair is counted")
    write_traffic(folder, scenario.name)
    row = Row(scenario)

    def others() -> None:  # in turns, so that a busy moment of the machine hits all of them
        shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        row.theirs.append(theirs(scenario, folder, model))
        row.cold.append(ours(scenario, folder, model, tmp_path / "cache"))
        row.other.append(ours(scenario, folder, model, tmp_path / "cache", *CHANGED))

    def warm() -> None:
        row.warm.append(ours(scenario, folder, model, tmp_path / "cache"))

    benchmark.pedantic(warm, setup=others, rounds=scenario.rounds)
    print("\n" + "\n".join(lines([row])))
    assert differing(row.cold[0], row.theirs[0]) == []
    assert row.warm[0].output == row.cold[0].output == row.other[0].output
