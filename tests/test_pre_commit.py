"""Our hooks, run by pre-commit itself out of a clone of this repository, in a repository of somebody else."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]
OFFLINE = ("NewConnectionError", "Temporary failure", "Name or service", "unreachable", "ProxyError", "timed out")
Commit = Callable[[str, Mapping[str, str | bytes]], subprocess.CompletedProcess[str]]

CLOCK = """\
{
  "model": "example",
  "messages": [
    {"role": "system", "content": "You count boxes. Current time: 2026-05-17T15:42:07Z"},
    {"role": "user", "content": "How many?"}
  ]
}
"""
# What commits hold that have nothing to do with LLMs, and that is not even JSON or YAML.
ORDINARY: Mapping[str, str | bytes] = {
    "tsconfig.json": '{\n  // strict, always\n  "compilerOptions": {"strict": true,},\n}\n',
    "package.json": '{"name": "shop", "dependencies": {"left-pad": "^1.3.0"}}\n',
    "docker-compose.yaml": "services:\n  web: {image: nginx, ports: ['80:80']}\n",
    "chart/templates/deployment.yaml": "{{- if .Values.web }}\nkind: Pod\nname: {{ .Release.Name }}\n{{- end }}\n",
    "many.yml": "--- {a: 1}\n--- {b: !Ref c}\n",
    "page.har": '{"log": {"version": "1.2", "entries": [{"request": {"method": "GET", "url": "https://example.org/"}}]}}',
    "events.jsonl": '{"event": "login", "messages": 3}\n{"event": "logout"}\n',
    "dump.json.gz": gzip.compress(b'{"rows": [1, 2, 3]}', mtime=0),
    "broken.json.gz": b"not compressed at all",
    "empty.json": "",
    "latin.json": '{"name": "Käse"}'.encode("latin-1"),
}


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=environment(), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def environment(**more: str) -> dict[str, str]:
    """Ours, without what a hook that runs these tests leaves there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "PYTHON"))}
    return {**kept, "PIP_RETRIES": "2", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **more}


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A home of pre-commit with our hooks installed, a copy of this checkout as it is now, and its revision."""
    home, source, scratch = (tmp_path_factory.mktemp(name) for name in ("pre-commit", "promptlint", "first"))
    listed = git(REPO, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in listed.split("\0"):
        if (REPO / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(REPO / name, source / name)
    revision = committed(source)
    configured(scratch, source, revision)
    git(scratch, "init", "-q")
    done = pre_commit(scratch, home, "install-hooks")
    if done.returncode and any(word in done.stdout + done.stderr for word in OFFLINE):
        pytest.skip("pre-commit cannot install the hooks: no package index can be reached")
    assert done.returncode == 0, done.stdout + done.stderr
    return home, source, revision


def committed(folder: Path) -> str:
    git(folder, "init", "-q")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "-q", "-m", "All of it")
    return git(folder, "rev-parse", "HEAD")


def configured(folder: Path, source: Path, revision: str) -> None:
    named = [{"id": name, "args": ["--format", "concise"]} for name in ("promptlint", "promptlint-pairs")]
    config = {"repos": [{"repo": str(source), "rev": revision, "hooks": named}]}
    (folder / ".pre-commit-config.yaml").write_text(json.dumps(config), encoding="utf-8")


def pre_commit(folder: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=folder,
        env=environment(PRE_COMMIT_HOME=str(home), PRE_COMMIT_COLOR="never"),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def commit(hooks: tuple[Path, Path, str], tmp_path: Path) -> Commit:
    """Runs a hook on a commit of some files."""
    home, source, revision = hooks
    configured(tmp_path, source, revision)
    git(tmp_path, "init", "-q")

    def run(hook: str, files: Mapping[str, str | bytes]) -> subprocess.CompletedProcess[str]:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        git(tmp_path, "add", "--", *files)
        return pre_commit(tmp_path, home, "run", hook)

    return run


@pytest.mark.parametrize("hook", ["promptlint", "promptlint-pairs"])
def test_an_ordinary_commit_passes(hook: str, commit: Commit) -> None:
    done = commit(hook, ORDINARY)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip().endswith("Passed")


@pytest.mark.parametrize("hook", ["promptlint", "promptlint-pairs"])
def test_a_golden_request_with_a_clock_fails_at_its_line(hook: str, commit: Commit) -> None:
    done = commit(hook, {**ORDINARY, "golden/request.json": CLOCK})
    assert done.returncode == 1
    assert "golden/request.json:4:67: KV101 clock-in-system-prompt" in done.stdout


def test_a_commit_without_any_capture_is_not_looked_at(commit: Commit) -> None:
    done = commit("promptlint", {"README.md": "Boxes.", "boxes.py": "print('boxes')"})
    assert done.returncode == 0
    assert "Skipped" in done.stdout


def test_the_captures_of_the_config_are_looked_at_whatever_the_commit_touches(commit: Commit) -> None:
    turns = [{"model": "example", "messages": [{"role": "system", "content": text}]} for text in ("Count.", "Sort.")]
    golden: dict[str, str | bytes] = {f"golden/turn-{n}.json": json.dumps(one) for n, one in enumerate(turns, 1)}
    config = "captures: ['golden/*.json']\nsessions: [[golden/turn-1.json, golden/turn-2.json]]\n"
    done = commit("promptlint-pairs", {**golden, "promptlint.yaml": config, "golden/cut.json": '{"messages": ['})
    assert done.returncode == 1
    assert "golden/turn-2.json:1:" in done.stdout
    assert "KV109 system-prompt-changed" in done.stdout
    assert "golden/cut.json:1:" in done.stdout
    assert "KV001 unreadable-input" in done.stdout
