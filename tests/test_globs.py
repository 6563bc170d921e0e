from __future__ import annotations

import os
from pathlib import Path

import pytest

from promptlint.globs import any_matches, matches, relative


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("a.json", "a.json", True),
        ("a.json", "sub/a.json", False),
        ("*.json", "a.json", True),
        ("*.json", "sub/a.json", False),
        ("**/*.json", "a.json", True),
        ("**/*.json", "one/two/a.json", True),
        ("tests/**", "tests/one/a.json", True),
        ("tests/**", "tests", False),
        ("tests/**", "testsuite/a.json", False),
        ("tests/**/golden/*.json", "tests/golden/a.json", True),
        ("tests/**/golden/*.json", "tests/x/y/golden/a.json", True),
        ("tests/**/golden/*.json", "tests/x/golden/y/a.json", False),
        ("**/compaction-*.json", "a/compaction-2.json", True),
        ("turn-?.json", "turn-1.json", True),
        ("turn-[0-9].json", "turn-x.json", False),
        ("A.json", "a.json", False),
        ("**", "a", True),
        ("**/**/a", "a", True),
        ("/".join(["**"] * 200) + "/b", "/".join(["a"] * 200), False),
        ("*a" * 100, "a" * 200 + "b", False),
    ],
)
def test_matches(glob: str, path: str, fits: bool) -> None:
    assert matches(path, glob) is fits


def test_globs_are_relative_to_the_folder_of_the_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert relative("a.json", "..") == "sub/a.json"
    assert any_matches("a.json", ["x", "./sub/*"], "..")
    assert any_matches("../b.json", ["*.json"], "..")
    assert not any_matches("a.json", ["*.json"], "..")
    assert any_matches(str(tmp_path / "sub" / "a.json"), ["sub/*.json"], "..")


def test_a_file_as_of_a_revision_is_where_the_file_is() -> None:
    assert any_matches("HEAD~1:golden/a.json", ("golden/*.json",), ".")
    assert not any_matches("C:/golden/a.json", ("golden/*.json",), ".")


def test_a_path_on_another_drive_is_seen_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: str, _folder: str) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", refuse)
    assert relative("D:/golden/a.json", "C:/work") == "D:/golden/a.json"
    assert any_matches("D:/golden/a.json", ["D:/golden/*.json"], "C:/work")
