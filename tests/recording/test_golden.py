from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptlint.errors import UsageError
from promptlint.recording.golden import made_folder, write_new

NAMES = ("a.json", "b.json", "c.json")


def broken_iterator() -> Iterator[str]:
    yield "a.json"
    raise OSError(errno.EIO, "broken")


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_file_and_its_folder_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = made_folder(str(tmp_path / "deep" / "out"))
    file = write_new(folder, NAMES, b"x")
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_folder_that_is_there_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert made_folder(str(tmp_path)).stat().st_mode & 0o777 == 0o755


def test_a_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "b.json").symlink_to(tmp_path / "nowhere")
    written = [write_new(tmp_path, NAMES, content).name for content in (b"1", b"2")]
    assert written == ["a.json", "c.json"]
    assert (tmp_path / "a.json").read_bytes() == b"1"


def test_nothing_is_left_behind_where_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"")
    with pytest.raises(OSError, match="broken"):
        write_new(tmp_path, broken_iterator(), b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_it_does_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr("promptlint.recording.golden.os.link", refuse)
    written = [write_new(tmp_path, NAMES, content).name for content in (b"1", b"2")]
    assert written == ["a.json", "b.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == written


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot be written to"):
        made_folder(str(tmp_path / "out"))
