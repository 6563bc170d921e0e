"""`promptlint record` in a process of its own, as a user runs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import promptlint

PACKAGE = Path(promptlint.__file__).parents[1]
# What the tests' own environment has of this must not change where a command's requests go.
_BASES = re.compile(r"(?i).*_(BASE_URL|API_BASE|API_URL|ENDPOINT|PROXY)|OLLAMA_HOST")


@dataclass
class Recorder:
    """A running recorder, and where it listens and writes."""

    process: subprocess.Popen[str]
    port: int
    folder: Path

    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*"))

    def ended(self, number: int = signal.SIGINT) -> str:
        """End it as Ctrl-C does; what it said at its end."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=30)
        return said


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _BASES.fullmatch(name)}
    return {**kept, "PYTHONPATH": str(PACKAGE), **more}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "promptlint", "record", *arguments]


@contextmanager
def recorder(folder: Path, upstream: str, *options: str, **more: str) -> Iterator[Recorder]:
    """A recorder in front of a server; ended at the end if the test has not done that."""
    arguments = command("--upstream", upstream, "--out", str(folder), *options)
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, env=environment(**more)) as process:
        assert process.stderr is not None
        try:
            line = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            assert found is not None, line + process.stderr.read()
            yield Recorder(process, int(found[1]), folder)
        finally:
            if process.poll() is None:
                process.kill()


def run(*arguments: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A recorder that ends by itself."""
    return subprocess.run(
        command(*arguments),
        env=environment(**(variables or {})),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
