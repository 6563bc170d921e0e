"""What a shell completes: asked as bash asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from promptlint import cli


def offered(*words: str) -> list[str]:
    """What is offered for the last word."""
    asked = {
        "_PROMPTLINT_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["promptlint", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run(
        [sys.executable, "-m", "promptlint"], env=os.environ | asked, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_commands_are_offered() -> None:
    assert offered("ch") == ["plain,check"]


def test_options_and_their_choices_are_offered() -> None:
    assert offered("check", "--prefill") == ["plain,--prefill-rate"]
    assert offered("check", "--engine", "vl") == ["plain,vllm"]


def test_rules_are_offered_by_name_and_by_code() -> None:
    assert offered("rule", "clock-in") == ["plain,clock-in-system-prompt"]
    assert offered("check", "--select", "KV50") == [f"plain,KV50{number}" for number in range(1, 7)]


def test_of_a_list_of_rules_the_last_is_completed() -> None:
    assert offered("check", "--select", "KV101,KV506") == ["plain,KV101,KV506"]


def test_formats_of_an_output_are_offered() -> None:
    assert offered("check", "--output", "js") == ["plain,json:", "plain,jsonl:"]


def test_paths_are_left_to_the_shell() -> None:
    assert offered("diff", "gol") == ["file,gol"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_its_shell_reads(shell: str, tmp_path: Path) -> None:
    script = CliRunner().invoke(cli.main, ["completion", shell]).output
    assert "_PROMPTLINT_COMPLETE" in script
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    path = tmp_path / "script"
    path.write_text(script, encoding="utf-8")
    subprocess.run([shell, "-n", str(path)], check=True)
