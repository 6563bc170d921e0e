"""Runs a command line as a user would: in its own process, with nothing of the caller's environment that matters."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import subprocess
import sys
from pathlib import Path
from unittest import mock

import promptlint
from promptlint.__main__ import main
from tests.opened_here import no_child_processes

KEPT = ("PATH", "SYSTEMROOT", "PYTHONHASHSEED", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_CONFIG")


def run(line: str, folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """What `promptlint …` does in a folder. `home` is an empty one: no Hub cache, no user config."""
    return subprocess.run(
        [sys.executable, "-m", "promptlint", *_arguments(line)],
        cwd=folder,
        env=environment(home),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def run_here(line: str, folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """The same without a process, where what comes out is looked at and not how: a second less for each run."""
    output, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, environment(home), clear=True),
        no_child_processes(),
    ):
        code = main(_arguments(line))
    shown = [stream.detach().getvalue().decode() for stream in (output, errors)]
    return subprocess.CompletedProcess(line, code, *shown)


def _arguments(line: str) -> list[str]:
    program, *arguments = shlex.split(line)
    assert program == "promptlint", line
    return arguments


def environment(home: Path) -> dict[str, str]:
    """What such a process sees of the machine."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    package = Path(promptlint.__file__).parents[1]  # the one under test, installed or not
    checkout = Path(__file__).parents[1]  # an unpacked archive has no .git that would tell
    where = {"PYTHONPATH": str(package), "HOME": str(home), "GITHUB_WORKSPACE": str(checkout)}
    return {**kept, **where, "HF_HUB_OFFLINE": "1", "PYTHONUTF8": "1"}
