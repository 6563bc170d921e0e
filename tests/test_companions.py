from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from promptlint import companions
from promptlint.companions import companions as found


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    names = (
        "turn-1.json turn-2.json turn-10.json other-1.json alone.json x.before.json x.after.json y.after.json notes.md"
    )
    for name in names.split():
        (tmp_path / "golden").mkdir(exist_ok=True)
        (tmp_path / "golden" / name).write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["golden/turn-2.json"], ["golden/turn-1.json", "golden/turn-10.json"]),
        (["golden/turn-2.json", "golden/turn-1.json"], ["golden/turn-10.json"]),
        (["golden/x.after.json"], ["golden/x.before.json"]),
        (["golden/y.after.json"], []),
        (["golden/alone.json"], []),
        (["golden/gone-1.json"], []),
        (["elsewhere/turn-1.json"], []),
        (["-"], []),
    ],
)
def test_the_files_beside(paths: Sequence[str], expected: Sequence[str]) -> None:
    assert list(found(paths, ())) == expected


def test_the_files_of_a_session() -> None:
    session = ("golden/alone.json", "golden/notes.md#3", "golden/gone.json")
    assert found(["./golden/alone.json"], [session, ("golden/x.before.json",)]) == ("golden/notes.md",)


def test_of_many_only_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(companions, "MOST", 2)
    assert found(["golden/turn-2.json"], ()) == ("golden/turn-1.json",)
