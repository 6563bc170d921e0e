"""The cache folder is the user's own, hidden from git and from others, and `clean` takes nothing else with it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from promptlint.disk_cache import folder as places
from promptlint.disk_cache.folder import cache_folder, clean, entries, is_ours, made, remove_oldest


def test_the_variable_names_it_before_the_users_folders() -> None:
    home = {"HOME": "/home/u", "XDG_CACHE_HOME": "/caches"}
    assert cache_folder({**home, "PROMPTLINT_CACHE_DIR": "here"}) == Path("here")
    assert cache_folder({**home, "PROMPTLINT_CACHE_DIR": ""}) == cache_folder(home)


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"HOME": "/home/u"}, "/home/u/.cache/promptlint"),
        ("linux", {"HOME": "/home/u", "XDG_CACHE_HOME": "/caches"}, "/caches/promptlint"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, None),
        ("linux", {}, None),
        ("darwin", {"HOME": "/Users/u"}, "/Users/u/Library/Caches/promptlint"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/promptlint"),
        ("win32", {"HOME": "/home/u"}, None),
    ],
)
def test_else_it_is_where_the_system_keeps_caches(
    monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], expected: str | None
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert cache_folder(environment) == (None if expected is None else Path(expected))


def test_nobody_else_sees_it_and_git_does_not(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "cache"
    assert made(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / ".gitignore").read_text().splitlines()[-1] == "*"
    assert made(folder)


def test_what_others_can_write_to_is_not_believed(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(0o777)
    assert not is_ours(folder)
    assert not made(folder)
    folder.chmod(0o755)
    assert is_ours(folder)
    (tmp_path / "link").symlink_to(folder)
    assert not is_ours(tmp_path / "link")
    assert not is_ours(tmp_path / "none")


def test_windows_has_no_such_permissions_and_the_folder_is_in_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o777)
    assert not is_ours(tmp_path)
    monkeypatch.setattr(sys, "platform", "win32")
    assert is_ours(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not made(tmp_path / "file" / "cache")
    assert not made(tmp_path / "file")


def test_clean_takes_what_is_ours(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    made(folder)
    (folder / "a.segments").write_bytes(b"12345")
    (folder / "a.segments.77-1.tmp").write_bytes(b"123")  # a run was killed while it wrote
    (folder / "notes.txt").write_text("mine")
    assert clean(folder) > 8
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    (folder / "notes.txt").unlink()
    assert clean(folder) == 0
    assert not folder.exists()
    assert clean(folder) == 0


def test_the_oldest_files_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST_FILES", 2)
    for number in range(4):
        path = tmp_path / f"{number}.segments"
        path.write_bytes(b"")
        os.utime(path, (number, number))
    remove_oldest(tmp_path)
    assert [path.name for path in entries(tmp_path)] == ["3.segments", "2.segments"]


def test_a_file_that_another_run_has_just_removed_is_the_oldest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, there = tmp_path / "a.segments", tmp_path / "b.segments"
    there.write_bytes(b"")
    monkeypatch.setattr(Path, "iterdir", lambda _: iter([gone, there]))
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    assert list(entries(tmp_path)) == [there, gone]
