"""How long a user waits before anything happens."""

from __future__ import annotations

import statistics
import sys
from typing import Any

import pytest

from tests.benchmarks.process import PROMPTLINT, measure

LIMIT = 0.080  # seconds for the whole process, on a machine with nothing else to do
LIMIT_OF_PLUGIN = 0.005  # seconds of a test session that does not use it


@pytest.mark.parametrize("arguments", [["--help"], ["rule", "KV101"]], ids=["help", "rule"])
def test_start_up(benchmark: Any, arguments: list[str]) -> None:
    run = benchmark.pedantic(measure, args=[[*PROMPTLINT, *arguments]], rounds=20, warmup_rounds=2)
    assert "KV101" in run.output or "Usage" in run.output
    if benchmark.enabled:
        median = benchmark.stats.stats.median
        print(f"\n{' '.join(arguments)}: median {median * 1000:.0f} ms, wanted {LIMIT * 1000:.0f}")


def test_a_test_session_that_does_not_use_the_plugin(benchmark: Any) -> None:
    """What loading the plugin costs: whole sessions differ by more than that from one to the next."""
    program = """
import time
from _pytest.config import get_config
manager = get_config().pluginmanager
start = time.process_time()
manager.import_plugin("promptlint.pytest_plugin")
print(time.process_time() - start)
"""
    seconds: list[float] = []

    def load() -> None:
        seconds.append(float(measure([sys.executable, "-c", program]).output))

    benchmark.pedantic(load, rounds=20, warmup_rounds=2)
    if benchmark.enabled:
        print(f"the plugin: median {statistics.median(seconds) * 1000:.2f} ms, minimum {min(seconds) * 1000:.2f} ms")
        assert statistics.median(seconds) < LIMIT_OF_PLUGIN
