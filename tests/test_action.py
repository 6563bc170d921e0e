"""The GitHub Action: its script, run as a runner runs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

REPO = Path(__file__).resolve().parents[1]
ACTION = REPO / ".github" / "actions" / "promptlint"
GOLDEN = REPO / "tests" / "cases" / "check-session" / "golden"
STEP = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")


def run(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The step with these inputs, in a working folder; `promptlint` is the one under test."""
    programs = folder / "bin"
    programs.mkdir()
    program = programs / "promptlint"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m promptlint "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (folder / "temp").mkdir()
    defaults = {name: given["default"] for name, given in STEP["inputs"].items()} | {"install": "none"}
    given = {name.upper().replace("-", "_"): value for name, value in (defaults | inputs).items()}
    runner = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(REPO),
        "HOME": str(folder),
        "GITHUB_ACTION_PATH": str(ACTION),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "RUNNER_TEMP": str(folder / "temp"),
        "CI": "true",
    }
    (command,) = STEP["runs"]["steps"]
    return subprocess.run(
        [command["shell"], "-c", command["run"]],
        cwd=folder,
        env=runner | given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_input_reaches_the_script_as_a_variable_and_nowhere_else() -> None:
    (command,) = STEP["runs"]["steps"]
    names = {name: name.upper().replace("-", "_") for name in STEP["inputs"]}
    assert command["env"] == {variable: f"${{{{ inputs.{name} }}}}" for name, variable in names.items()}
    assert "${{" not in command["run"]
    script = (ACTION / "check.sh").read_text(encoding="utf-8")
    assert set(names.values()) <= set(re.findall(r"\$\{?([A-Z_]+)", script))


def test_a_broken_prefix_fails_the_step_with_annotations_a_summary_and_files(tmp_path: Path) -> None:
    done = run(tmp_path, paths=str(GOLDEN), model="builtin", sarif="out.sarif", html="page.html")
    assert done.returncode == 1, done.stderr
    assert "title=KV101 clock-in-system-prompt" in done.stdout
    assert done.stdout.startswith("::error ")
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "KV101" in summary
    assert "09:14:07" not in summary  # prompt text
    assert (tmp_path / "out.sarif").exists()
    assert (tmp_path / "page.html").exists()


def test_inputs_are_arguments_and_never_commands(tmp_path: Path) -> None:
    done = run(tmp_path, paths="$(touch ran)\n`touch ran`; touch ran", model="builtin", arguments="--select\nKV1\n")
    assert done.returncode == 2, done.stderr
    assert "$(touch ran)" in done.stderr + done.stdout
    assert not (tmp_path / "ran").exists()


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    done = run(tmp_path, paths=f"{GOLDEN}\r\n", model="builtin", arguments="--select\r\nKV306\r\n")
    assert done.returncode == 1, done.stderr
    assert "KV306" in done.stdout
    assert "KV101" not in done.stdout


def test_what_does_not_fail_ends_with_0(tmp_path: Path) -> None:
    done = run(tmp_path, paths=str(GOLDEN), model="builtin", **{"fail-on": "never"})
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_without_a_request_the_step_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, model="builtin")
    assert done.returncode == 3
    assert "no request" in done.stderr


def test_a_mistake_leaves_no_summary_that_says_passed(tmp_path: Path) -> None:
    done = run(tmp_path, paths=str(GOLDEN), model="builtin", sarif="no-such-folder/out.sarif", **{"fail-on": "never"})
    assert done.returncode == 2
    assert "no folder 'no-such-folder'" in done.stderr
    assert not (tmp_path / "summary.md").exists()
