"""What the README tells people to type or to put into a file, done in a repository like theirs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.recording.upstream import upstream, whole

REPO = Path(__file__).resolve().parents[1]
README = (REPO / "README.md").read_text(encoding="utf-8")
GOLDEN = REPO / "tests" / "cases" / "check-session" / "golden"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def recipes() -> dict[str, str]:
    """The files that the README shows with their path in the first line."""
    found = (re.match(r"# (\S+)\n", block) for block in blocks("yaml"))
    return {match[1]: match.string for match in found if match is not None}


BASH = blocks("bash")
RECIPES = recipes()
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")

AGENT = """
import os, requests

RULES = "Answer in one sentence. " * 40

def ask(*texts):
    messages = [{"role": "system", "content": RULES}, *({"role": "user", "content": text} for text in texts)]
    body = {"model": "m", "messages": messages}
    requests.post(os.environ["OPENAI_BASE_URL"] + "/chat/completions", json=body, timeout=30).raise_for_status()

def answer(text):
    ask(text)
    ask(text, "and then?")

if __name__ == "__main__":
    answer("two turns, please")
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with golden requests and a config, and the programs that its people have."""
    folder = tmp_path / "repository"
    shutil.copytree(GOLDEN, folder / "tests" / "golden")
    (folder / "promptlint.yaml").write_text("model: builtin\n", encoding="utf-8")
    (folder / "agent.py").write_text(AGENT, encoding="utf-8")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, arguments in (("promptlint", "-m promptlint"), ("python", "")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    for arguments in ("init -q -b main", "add .", "commit -qm first"):
        run(folder, f"git -c user.name=a -c user.email=a@example.com {arguments}", check=True)
    return folder


def run(folder: Path, script: str, *, check: bool = False, **more: str) -> subprocess.CompletedProcess[str]:
    """What a shell does with the script."""
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "FORCE_COLOR", "OPENAI_BASE_URL")}
    path = f"{folder.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    given = {"PATH": path, "HOME": str(folder.parent), "PYTHONPATH": f"{REPO}{os.pathsep}{folder}", "PYTHONUTF8": "1"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=kept | given | more,
        capture_output=True,
        text=True,
        check=check,
    )


def block_with(words: str) -> str:
    (found,) = (block for block in BASH if words in block)
    return found


@needs_bash
def test_every_file_that_somebody_may_want_to_see(repository: Path) -> None:
    done = run(repository, block_with("markdown:summary.md"))
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads((repository / "prompts.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert "promptlint failed" in (repository / "summary.md").read_text(encoding="utf-8")
    assert (repository / "prompts.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@needs_bash
def test_a_branch_against_another_revision(repository: Path) -> None:
    golden = repository / "tests" / "golden" / "turn-1.json"
    golden.write_text(golden.read_text(encoding="utf-8").replace("You ", "Now you ", 1), encoding="utf-8")
    done = run(repository, block_with("--against main"))
    assert done.returncode == 1, done.stderr
    assert "KV109 system-prompt-changed" in done.stdout
    assert "main:tests/golden/turn-1.json" in done.stdout


@needs_bash
def test_golden_requests_in_git_diff(repository: Path) -> None:
    run(repository, block_with("textconv"), check=True)
    golden = repository / "tests" / "golden" / "turn-1.json"
    golden.write_text(golden.read_text(encoding="utf-8").replace("You ", "Now you ", 1), encoding="utf-8")
    shown = run(repository, "git diff", check=True).stdout
    assert "+=== request 0" in shown
    assert '"messages"' not in shown


@needs_bash
def test_a_recording_of_a_program_without_tests(repository: Path) -> None:
    pytest.importorskip("aiohttp", reason="only the extra `record` has it")
    with upstream(whole("200 OK", b"{}", "Content-Type: application/json")) as server:
        done = run(repository, block_with("promptlint record"), OPENAI_BASE_URL=server.url + "/v1")
    assert done.returncode == 0, done.stderr
    assert [seen.target for seen in server.seen] == ["/v1/chat/completions"] * 2
    assert "recorded 2 requests" in done.stderr
    assert "1 pair, 0 broken" in done.stdout


def test_every_shell_recipe_is_tried_above() -> None:
    assert len(BASH) == 4


@needs_bash
def test_the_test_in_the_readme_passes_and_records(repository: Path) -> None:
    (block,) = blocks("python")
    (repository / "test_agent.py").write_text(block, encoding="utf-8")
    plugin = "-p promptlint.pytest_plugin" if not is_installed() else ""
    line = f"python -m pytest -q -p no:randomly -p no:cacheprovider {plugin} --promptlint-record recorded test_agent.py"
    with upstream(whole("200 OK", b"{}", "Content-Type: application/json")) as server:
        done = run(repository, line, OPENAI_BASE_URL=server.url + "/v1")
    assert done.returncode == 0, done.stdout
    assert len(list((repository / "recorded").rglob("*.json"))) == 2


def is_installed() -> bool:
    from importlib.metadata import entry_points

    return bool(entry_points(group="pytest11", name="promptlint"))


def test_the_workflow_uses_the_action_as_it_is() -> None:
    (job,) = yaml.safe_load(RECIPES[".github/workflows/prompts.yml"])["jobs"].values()
    (step,) = (step for step in job["steps"] if "promptlint" in step["uses"])
    folder = re.sub(r"^[^/]+/[^/]+/(.*)@.*", r"\1", step["uses"])
    action = yaml.safe_load((REPO / folder / "action.yml").read_text(encoding="utf-8"))
    assert step["with"].keys() <= action["inputs"].keys()


@needs_bash
def test_the_job_for_gitlab_writes_what_it_hands_over(repository: Path) -> None:
    job = yaml.safe_load(RECIPES[".gitlab-ci.yml"])["prompts"]
    (line,) = (line for line in job["script"] if line.startswith("promptlint "))
    assert run(repository, line).returncode == 1
    for path in job["artifacts"]["reports"].values():
        assert (repository / path).stat().st_size > 0


def test_the_hooks_are_those_of_the_manifest() -> None:
    (listed,) = yaml.safe_load(RECIPES[".pre-commit-config.yaml"])["repos"]
    manifest = yaml.safe_load((REPO / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in listed["hooks"]} <= {hook["id"] for hook in manifest}
