"""Four times the turns are four times the new text: the time must not grow with the square of the history."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.process import PROMPTLINT, measure, median_seconds
from tests.benchmarks.traffic import growing

MOST = 1.3  # times what is linear in the characters of all requests
ROUNDS = 5


def test_growth(benchmark: Any, model: str, tmp_path: Path) -> None:
    if not benchmark.enabled:
        pytest.skip("only of use with --benchmark-enable")
    runs, sizes = {}, {}
    for turns in (1, 25, 100):
        path = tmp_path / f"{turns}.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in growing(random.Random(1), turns, 66)))
        sizes[turns] = path.stat().st_size
        command = [*PROMPTLINT, "check", str(path), "--model", model, "--no-cache"]
        runs[turns] = [measure(command) for _ in range(ROUNDS)]
    benchmark.pedantic(lambda: None)
    start = median_seconds(runs[1])  # what a run costs however little there is to do
    grown = (median_seconds(runs[100]) - start) / (median_seconds(runs[25]) - start)
    linear = sizes[100] / sizes[25]
    print(f"\n25 to 100 turns: {grown:.1f} times the time, {linear:.1f} times the text")
    assert grown <= MOST * linear
