"""How long a user waits before anything happens."""

from __future__ import annotations

from typing import Any

import pytest

from tests.benchmarks.process import PROMPTLINT, measure

LIMIT = 0.080  # seconds for the whole process, on a machine with nothing else to do


@pytest.mark.parametrize("arguments", [["--help"], ["rule", "KV101"]], ids=["help", "rule"])
def test_start_up(benchmark: Any, arguments: list[str]) -> None:
    run = benchmark.pedantic(measure, args=[[*PROMPTLINT, *arguments]], rounds=20, warmup_rounds=2)
    assert "KV101" in run.output or "Usage" in run.output
    if benchmark.enabled:
        median = benchmark.stats.stats.median
        print(f"\n{' '.join(arguments)}: median {median * 1000:.0f} ms, wanted {LIMIT * 1000:.0f}")
