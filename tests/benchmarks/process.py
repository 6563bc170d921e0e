"""Whole processes, measured from outside: what a user waits for."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import promptlint

PROMPTLINT = (sys.executable, "-m", "promptlint")


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. `megabytes` is the peak of its largest single process."""

    seconds: float
    megabytes: float
    output: str


def measure(command: Sequence[str]) -> Measured:
    """Run a command to its end; exit codes 0 and 1 are both answers."""
    environment = {**os.environ, "PYTHONPATH": str(Path(promptlint.__file__).parents[1])}
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), command
    return Measured(seconds, usage.ru_maxrss / 1024, output)


def described(name: str, runs: Sequence[Measured]) -> str:
    """Median, minimum and peak of some runs, as a line."""
    seconds = [run.seconds for run in runs]
    megabytes = max(run.megabytes for run in runs)
    return (
        f"{name:14} median {statistics.median(seconds):6.3f} s  minimum {min(seconds):6.3f} s  peak {megabytes:5.0f} MB"
    )
