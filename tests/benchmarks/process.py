"""Whole processes, measured from outside: what a user waits for, and the memory of all of them together."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import promptlint

PROMPTLINT = (sys.executable, "-m", "promptlint")
EVERY = 0.05  # seconds between two looks at the memory
# An installed package has its bytecode: a machine that writes none would measure the compiler of Python.
LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: real time, processor time of the process and its children, and their peak memory together."""

    seconds: float
    processor: float
    megabytes: float
    output: str


def measure(command: Sequence[str], more: Mapping[str, str] | None = None) -> Measured:
    """Run a command to its end; exit codes 0 and 1 are both answers. `more` goes into its environment."""
    environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    environment |= {"PYTHONPATH": str(Path(promptlint.__file__).parents[1]), **(more or {})}
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        watcher = _Watcher(process.pid)
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        watcher.end()
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), command
    return Measured(seconds, usage.ru_utime + usage.ru_stime, max(watcher.peak, usage.ru_maxrss / 1024), output)


def median_seconds(runs: Sequence[Measured]) -> float:
    """Of the real time."""
    return statistics.median(run.seconds for run in runs)


class _Watcher:
    """Looks at the memory of a process and its children while they run; where there is no /proc it sees nothing."""

    def __init__(self, pid: int) -> None:
        self.peak = 0.0  # megabytes
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            self.peak = max(self.peak, sum(map(_megabytes, _tree(self._pid))))


def _tree(pid: int) -> list[int]:
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        found = []
    return [pid, *(each for child in found for each in _tree(int(child)))]


def _megabytes(pid: int) -> float:
    """Memory of a process, what it shares with others counted by its share of it."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
