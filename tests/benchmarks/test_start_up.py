"""How long a user waits before anything happens."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.process import PROMPTLINT, measure

LIMIT = 0.100  # seconds for the whole process


def test_help(benchmark: Any) -> None:
    benchmark.pedantic(measure, args=[[*PROMPTLINT, "--help"]], rounds=20, warmup_rounds=2)
    if benchmark.enabled:
        assert benchmark.stats.stats.median < LIMIT
