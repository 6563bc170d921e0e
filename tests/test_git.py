"""Files as of a revision, in repositories made for it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from promptlint import git
from promptlint.errors import UsageError

SAFE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
AUTHOR = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}


def run(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, tagged v1, as the working folder."""
    for name, value in {**SAFE, **AUTHOR}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    for name, text in {"a.json": "old\n", "sub/b [1].json": "b", "gone.json": "gone", "ü.json": "u"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    (tmp_path / "link.json").symlink_to("a.json")
    run("init", "-q")
    run("add", ".")
    run("commit", "-q", "-m", "one")
    run("tag", "v1")
    (tmp_path / "a.json").write_text("new", encoding="utf-8")
    (tmp_path / "gone.json").unlink()
    return tmp_path


def test_the_content_at_a_revision(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert git.file_at("HEAD", "a.json") == b"old\n"
    assert git.file_at("v1", "./sub/b [1].json") == b"b"
    assert git.file_at("v1", "gone.json") == b"gone"
    assert git.file_at("v1", "ü.json") == b"u"
    assert git.file_at("HEAD", str(repository / "a.json")) == b"old\n"
    assert git.file_at("HEAD", "sub/*.json") is None
    assert git.file_at("HEAD", "nowhere/c.json") is None
    assert git.file_at("HEAD", "-") is None
    assert git.file_at("HEAD", ":(top)a.json") is None
    monkeypatch.chdir(repository / "sub")
    assert git.file_at("HEAD", "../a.json") == b"old\n"
    assert git.file_at("HEAD", "b [1].json") == b"b"
    assert git.file_at("HEAD", "a.json") is None


def test_a_file_of_a_folder_that_is_gone(repository: Path) -> None:
    (repository / "sub/b [1].json").unlink()
    (repository / "sub").rmdir()
    assert git.file_at("HEAD", "sub/b [1].json") == b"b"


def test_nothing_that_the_repository_configures_is_run(repository: Path) -> None:
    (repository / ".gitattributes").write_text("*.json filter=f diff=f text eol=crlf\n", encoding="utf-8")
    for name in ("filter.f.smudge", "diff.f.textconv", "core.fsmonitor", "core.pager", "alias.ls-tree"):
        run("config", name, f"touch {repository}/ran; cat")
    assert git.file_at("HEAD", "a.json") == b"old\n"
    assert not (repository / "ran").exists()


@pytest.mark.parametrize("revision", ["", "-x", "--output=x", "a b", "a\nb", "a\0b", "HEAD:a.json"])
def test_what_is_no_revision_never_reaches_git(
    revision: str, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    with pytest.raises(UsageError, match="no name of a revision"):
        git.file_at(revision, "a.json")


@pytest.mark.parametrize(
    ("revision", "path", "says"),
    [
        ("nope", "a.json", "no such revision"),
        ("HEAD~5", "a.json", "no such revision"),
        ("HEAD", "sub", "a folder at that revision"),
        ("HEAD", "link.json", "a symbolic link at that revision"),
    ],
)
def test_refusals(revision: str, path: str, says: str, repository: Path) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        git.file_at(revision, path)
    assert caught.value.where == f"{revision}:{path}"
    assert caught.value.hint


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="not in a git repository"):
        git.file_at("HEAD", "a.json")


def test_no_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(UsageError, match="git is not installed"):
        git.file_at("HEAD", "a.json")


def test_too_large_and_too_slow(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "MOST_BYTES", 3)
    with pytest.raises(UsageError, match="larger than"):
        git.file_at("HEAD", "a.json")
    monkeypatch.setattr(git, "SECONDS", 0)
    with pytest.raises(UsageError, match="git took longer"):
        git.file_at("HEAD", "a.json")


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("HEAD:a.json", ("HEAD", "a.json")),
        ("main@{1}:x/a.json", ("main@{1}", "x/a.json")),
        ("a:b:c.json", ("a", "b:c.json")),
        ("C:\\a.json", None),
        ("c:/a.json", None),
        ("https://x/a.json", None),
        (":a.json", None),
        ("-x:a.json", None),
        ("HEAD:", None),
        ("a.json", None),
        ("two words:a.json", None),
        ("HEAD:" + "x" * 5000, ("HEAD", "x" * 5000)),
        ("there:it.json", None),
    ],
)
def test_split(what: str, expected: tuple[str, str] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there:it.json").touch()
    assert git.split(what) == expected


def test_revision_file(repository: Path) -> None:
    assert git.revision_file("HEAD:a.json") == ("HEAD", "a.json", b"old\n")
    assert git.revision_file("a.json") is None
    with pytest.raises(UsageError, match=r"no file b\.json at HEAD"):
        git.revision_file("HEAD:b.json")


def test_git_that_cannot_be_started(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="git cannot be started: embedded null byte"):
        git.file_at("HEAD", "a\0b")
    (repository / "git").write_bytes(b"no program")
    (repository / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(UsageError, match=r"git cannot be started: .*Exec format error"):
        git.file_at("HEAD", "a.json")


def test_what_else_git_says_is_passed_on_in_one_line(repository: Path) -> None:
    said = subprocess.run(["git", "rev-parse", "HEAD:a.json"], check=True, capture_output=True, text=True).stdout
    stored = repository / ".git/objects" / said[:2] / said[2:].strip()
    stored.chmod(0o644)
    stored.write_bytes(b"broken")
    with pytest.raises(UsageError, match=rf"^git: .*{said.strip()}") as caught:
        git.file_at("HEAD", "a.json")
    assert "\n" not in str(caught.value)
    assert "fatal:" not in str(caught.value)
    assert caught.value.hint == "does git show REV:PATH work here?"
