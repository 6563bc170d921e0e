"""Where the output goes may be full, closed, gone or shared: whole or not at all, with one line and an exit code."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests import commands

if os.name == "nt":
    pytest.skip("another kind of files and processes", allow_module_level=True)
CHECK = "check good.json --model builtin --select KV101 --no-progress"
NO_FOLDER = "error: Invalid value for '--output': no folder '{}' for '{}'\nhint: promptlint check --help\n"
SHOWN = "good.json:1:93: KV101 clock-in-system-prompt"


def started(line: str, folder: Path, *, stdout: int = subprocess.PIPE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "promptlint", *shlex.split(line)],
        cwd=folder,
        env=commands.environment(folder),
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )


def in_shell(line: str, folder: Path, before: str = "") -> subprocess.CompletedProcess[str]:
    program = f"{before}{shlex.quote(sys.executable)} -m promptlint {line}"
    return subprocess.run(
        ["/bin/sh", "-c", program],
        cwd=folder,
        env=commands.environment(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()} - {".git", ".cache"}


@pytest.mark.parametrize(
    ("ending", "code", "says"),
    [
        (">&-", 2, "error: cannot write the output: the stream is closed\n"),
        (">&- 2>&-", 2, ""),
        ("2>&-", 1, ""),
        ("<&-", 1, ""),
        ("<&- 2>&-", 1, ""),
        ("--output json:no/x.json", 2, NO_FOLDER.format("no", "no/x.json")),
        ("--output json:good.json/x", 2, NO_FOLDER.format("good.json", "good.json/x")),
    ],
)
def test_streams_and_places_that_take_nothing(folder: Path, ending: str, code: int, says: str) -> None:
    done = in_shell(f"{CHECK} --format concise {ending}", folder)
    assert (done.returncode, done.stderr) == (code, says)
    assert done.stdout.startswith(SHOWN) is (code == 1)
    assert names(folder) == {"good.json"}


def test_a_file_that_cannot_be_written_does_not_take_the_output_along(folder: Path) -> None:
    done = in_shell(f"{CHECK} --format concise --output json:.git", folder)
    assert (done.returncode, done.stderr) == (2, "error: .git: cannot write: Is a directory\n")
    assert done.stdout.startswith(SHOWN)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize(
    ("ending", "says"),
    [
        ("> /dev/full", "error: cannot write the output: No space left on device\n"),
        ("--output json:/dev/full > /dev/null", "error: /dev/full: cannot write: No space left on device\n"),
        ("--output json:o.json > /dev/full", "error: cannot write the output: No space left on device\n"),
    ],
)
def test_a_disk_that_is_full(folder: Path, ending: str, says: str) -> None:
    done = in_shell(f"{CHECK} {ending}", folder)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", says)
    assert names(folder) == ({"good.json", "o.json"} if "o.json" in ending else {"good.json"})


def test_a_full_disk_leaves_the_report_of_the_last_run(folder: Path) -> None:
    (folder / "o.json").write_text("the last one", encoding="utf-8")
    done = in_shell(f"{CHECK} --output json:o.json", folder)
    whole = (folder / "o.json").read_text(encoding="utf-8")
    assert (done.returncode, json.loads(whole)["summary"]["errors"]) == (1, 1)
    environment = commands.environment(folder) | {"PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("COVERAGE_PROCESS_CONFIG", None)  # what is measured has no room for its file either
    done = subprocess.run(
        [
            "/bin/sh",
            "-c",
            f"ulimit -f 1; exec {shlex.quote(sys.executable)} -m promptlint {CHECK} --output json:o.json",
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "error: o.json: cannot write: File too large\n")
    assert (folder / "o.json").read_text(encoding="utf-8") == whole
    assert names(folder) == {"good.json", "o.json"}


def test_a_reader_that_goes_away_changes_nothing(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    run = started(f"{CHECK} --output json:o.json", folder, stdout=writing)
    os.close(writing)
    assert (run.communicate()[1], run.returncode) == ("", 1)
    assert json.loads((folder / "o.json").read_text(encoding="utf-8"))["summary"]["errors"] == 1


def test_standard_output_twice(folder: Path) -> None:
    done = in_shell(f"{CHECK} --format concise --output json:/dev/stdout | cat", folder)
    report, _, rest = done.stdout.rpartition("}\n")
    assert json.loads(report + "}")["summary"]["errors"] == 1
    assert rest.startswith(SHOWN)


KILLED = """
import os, signal, sys
from pathlib import Path
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from promptlint.__main__ import run
run()
"""


@pytest.mark.parametrize(
    "line",
    [
        f"{CHECK} --no-cache --output json:o.json",  # the cache is written first, and has tests of its own
        "baseline write --no-cache --model builtin --baseline o.json",
        "init --force",
    ],
)
def test_a_run_that_is_killed_while_it_writes(folder: Path, line: str) -> None:
    """What was there stays as it was; only a hidden file that nothing reads is left behind."""
    target = "promptlint.yaml" if line.startswith("init") else "o.json"
    (folder / target).write_text("", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *shlex.split(line)],
        cwd=folder,
        env=commands.environment(folder),
        capture_output=True,
        check=False,
    )
    assert done.returncode == -9
    assert (folder / target).read_text(encoding="utf-8") == ""
    left = names(folder) - {"good.json", target}
    assert len(left) == 1
    assert left.pop().startswith(".promptlint-")
    again = in_shell("check . --model builtin --select KV101 --format concise", folder)
    assert again.stdout.startswith(SHOWN)


def test_runs_at_the_same_time_write_one_whole_report_and_one_whole_baseline(folder: Path) -> None:
    lines = [f"{CHECK} --output json:o.json", "baseline write --model builtin --baseline b.jsonl"] * 2
    runs = [started(line, folder) for line in lines]
    said = [(*run.communicate(timeout=120), run.returncode) for run in runs]
    assert [code for _, _, code in said] == [1, 0, 1, 0], said
    assert json.loads((folder / "o.json").read_text(encoding="utf-8"))["summary"]["errors"] == 1
    known = (folder / "b.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["code"] for line in known.splitlines()] == ["KV101"]
    assert names(folder) == {"good.json", "o.json", "b.jsonl"}
