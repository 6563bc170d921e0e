from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from promptlint.disk_cache.folder import MOST_FILES, clean
from promptlint.disk_cache.parsed_rules import parsed
from promptlint.lint import catalogue

TEXTS = ("a: 1", "b: [ü]")


class Parser:
    """Counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, text: str) -> Any:
        self.asked.append(text)
        return {text[0]: [text]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_the_same_texts_are_parsed_once(folder: Path) -> None:
    parser = Parser()
    found = [parsed(TEXTS, parser, folder) for _ in range(3)]
    assert found == [[{"a": ["a: 1"]}, {"b": ["b: [ü]"]}]] * 3
    assert parser.asked == [*TEXTS]


@pytest.mark.parametrize(
    "others", [("a: 2", "b: [ü]"), ("a: 1",), ("a: 1b: [ü]",), ("a: 1b", ": [ü]"), ("b: [ü]", "a: 1")]
)
def test_other_texts_are_others(folder: Path, others: tuple[str, ...]) -> None:
    parsed(TEXTS, Parser(), folder)
    parser = Parser()
    assert len(parsed(others, parser, folder)) == len(others)
    assert parser.asked == [*others]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00", b"[]", b"\x00\x00\x00\x00", b"Z\x96HI[1", b"C\xbf\xa6\xa3{}"],
    ids=["empty", "one byte", "no checksum", "nothing behind the checksum", "no JSON", "no list"],
)
def test_a_file_that_is_not_whole_is_replaced(folder: Path, content: bytes) -> None:
    parsed(TEXTS, Parser(), folder)
    [file] = folder.glob("*.rules")
    whole = file.read_bytes()
    file.write_bytes(content)
    parser = Parser()
    assert len(parsed(TEXTS, parser, folder)) == 2
    assert parser.asked == [*TEXTS]
    assert file.read_bytes() == whole


def test_a_file_of_more_than_four_mebibytes_is_not_read(folder: Path) -> None:
    asked = []

    def parse(text: str) -> str:
        asked.append(text)
        return "x" * 4 * 1024 * 1024

    assert len({parsed(["a"], parse, folder)[0] for _ in range(2)}) == 1
    assert asked == ["a", "a"]


def test_the_rules_of_many_versions_leave_the_last_ones(folder: Path) -> None:
    parsed(TEXTS, Parser(), folder)
    for number in range(MOST_FILES):
        old = folder / f"{number}.rules"
        old.touch()
        os.utime(old, (number, number))
    parsed(("a: 2",), Parser(), folder)
    left = {path.stem for path in folder.glob("*.rules")}
    assert len(left) == MOST_FILES
    assert {"0", "1", "2"} & left == {"2"}


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_a_folder_that_others_write_to_is_not_believed(folder: Path) -> None:
    parsed(TEXTS, Parser(), folder)
    folder.chmod(0o777)
    parser = Parser()
    assert len(parsed(TEXTS, parser, folder)) == 2
    assert parser.asked == [*TEXTS]


def test_where_nothing_can_be_written_it_is_parsed(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    parser = Parser()
    assert len(parsed(TEXTS, parser, tmp_path / "cache")) == 2
    assert parser.asked == [*TEXTS]


def test_a_full_disk_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("promptlint.disk_cache.parsed_rules.replace", full)
    assert len(parsed(TEXTS, Parser(), folder)) == 2
    assert list(folder.glob("*.rules")) == []


def test_our_own_rules_are_the_same_from_there(folder: Path) -> None:
    plain = catalogue.load()
    first, second = (catalogue.load(cache=folder) for _ in range(2))
    assert first == plain
    assert second == plain
    assert len(list(folder.glob("*.rules"))) == 1


def test_what_is_kept_is_removed_with_the_rest(folder: Path) -> None:
    parsed(TEXTS, Parser(), folder)
    assert clean(folder) > 0
    assert not folder.exists()
