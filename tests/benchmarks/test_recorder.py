"""What the recorder adds to the time of an answer: one after the other, and 200 streams at once.

pytest tests/benchmarks/test_recorder.py --benchmark-enable -s
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.streams import Stream, all_at_once, described, joined
from tests.recording.recorder import PACKAGE, recorder

pytest.importorskip("aiohttp", reason="the extra `record` is not installed")

PAUSE = 0.02  # 50 tokens a second
PROMPT = "What a cache keeps is what stays the same. " * 1000


@contextmanager
def served(events: int, pause: float) -> Iterator[int]:
    arguments = [sys.executable, "-m", "tests.benchmarks.streams", str(events), str(pause)]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=PACKAGE, env=environment) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()


def streams(port: int, together: int, rounds: int) -> list[Stream]:
    bodies = [
        json.dumps({"model": "m", "messages": [{"role": "user", "content": f"{number} {PROMPT}"}]}).encode()
        for number in range(together)
    ]
    return [stream for _ in range(rounds) for stream in asyncio.run(all_at_once(port, bodies))]


@pytest.mark.parametrize(("together", "rounds", "events"), [(1, 100, 1), (200, 1, 100)], ids=["alone", "at-once"])
def test_recorder(benchmark: Any, tmp_path: Path, together: int, rounds: int, events: int) -> None:
    if benchmark.disabled:
        together, rounds, events = min(together, 10), min(rounds, 10), min(events, 5)
    with served(events, PAUSE) as port, recorder(tmp_path / "out", f"http://127.0.0.1:{port}") as recording:
        streams(recording.port, together, 1)
        direct = streams(port, together, rounds)
        recorded = benchmark.pedantic(streams, args=[recording.port, together, rounds], rounds=1)
        recording.ended()
    assert {joined(stream.raw) for stream in [*direct, *recorded]} == {joined(direct[0].raw)}
    assert len(recording.files()) == together * (rounds + 1)
    if not benchmark.disabled:
        print("", described("direct", direct), described("recorded", recorded), sep="\n")
