"""Runs a command line as a user would: in its own process, with nothing of the caller's environment that matters."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import promptlint

KEPT = ("PATH", "SYSTEMROOT", "PYTHONHASHSEED", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_CONFIG")


def run(line: str, folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """What `promptlint …` does in a folder. `home` is an empty one: no Hub cache, no user config."""
    program, *arguments = shlex.split(line)
    assert program == "promptlint", line
    return subprocess.run(
        [sys.executable, "-m", "promptlint", *arguments],
        cwd=folder,
        env=environment(home),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def environment(home: Path) -> dict[str, str]:
    """What such a process sees of the machine."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    package = Path(promptlint.__file__).parents[1]  # the one under test, installed or not
    checkout = Path(__file__).parents[1]  # an unpacked archive has no .git that would tell
    where = {"PYTHONPATH": str(package), "HOME": str(home), "GITHUB_WORKSPACE": str(checkout)}
    return {**kept, **where, "HF_HUB_OFFLINE": "1", "PYTHONUTF8": "1"}
