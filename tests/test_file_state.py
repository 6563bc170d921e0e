"""What shows that a file or a folder was touched, without a look into it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from promptlint import file_state
from promptlint.file_state import TooManyFilesError, seen, state, states


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m" / "below" / "__pycache__").mkdir(parents=True)
    (tmp_path / "m" / "a.json").write_text("{}", encoding="utf-8")
    (tmp_path / "m" / "below" / "b.json").write_text("{}", encoding="utf-8")
    return tmp_path / "m"


def test_what_is_not_touched_is_as_it_was(folder: Path) -> None:
    before = seen(str(folder))
    assert before is not None
    (folder / "below" / "__pycache__" / "c.pyc").write_text("", encoding="utf-8")
    assert before.still_holds()


@pytest.mark.parametrize("what", ["content", "new", "gone", "folder", "link", "in a folder"])
def test_what_is_touched_is_not(folder: Path, what: str) -> None:
    before = seen(str(folder))
    assert before is not None
    file = folder / "a.json"
    match what:
        case "content":
            status = file.stat()
            file.write_text("[]", encoding="utf-8")
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        case "new":
            (folder / "c.json").write_text("", encoding="utf-8")
        case "gone":
            file.unlink()
        case "folder":
            (folder / "empty").mkdir()
        case "link":
            file.rename(folder.parent / "a.json")
            file.symlink_to(folder.parent / "a.json")
        case _:
            (folder / "below" / "b.json").write_text("[1]", encoding="utf-8")
    assert not before.still_holds()


def test_links_are_followed_and_a_circle_ends(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "behind").mkdir()
    (tmp_path / "behind" / "c.json").write_text("1", encoding="utf-8")
    (folder / "link").symlink_to(tmp_path / "behind")
    (folder / "circle").symlink_to(folder)
    (folder / "nowhere").symlink_to("none")
    before = seen(str(folder))
    assert before is not None
    (tmp_path / "behind" / "c.json").write_text("2.0", encoding="utf-8")
    assert not before.still_holds()
    assert "circle" in "".join(states(folder))
    assert "nowhere" in "".join(states(folder))


def test_what_is_not_there_is_nothing_else(tmp_path: Path) -> None:
    none = state(str(tmp_path / "none"))
    assert [*states(tmp_path / "none")] == [none]
    assert state(str(tmp_path / "none" / "below")) != none
    (tmp_path / "none").write_text("", encoding="utf-8")
    assert state(str(tmp_path / "none")) != none
    assert state(str(tmp_path / "none" / "below")) != state(str(tmp_path / "none"))


def test_a_folder_with_too_many_files_is_not_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_state, "MOST_FILES", 2)
    with pytest.raises(TooManyFilesError, match=r"m$"):
        list(states(folder))
    assert seen(str(folder)) is None
