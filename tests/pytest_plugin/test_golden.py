from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from promptlint.file_names import series
from promptlint.pytest_plugin import golden
from promptlint.pytest_plugin.outgoing import Outgoing
from promptlint.pytest_plugin.recording import Recording, Sent


def sent(*texts: str, credentials: tuple[str, ...] = ()) -> list[Sent]:
    recording = Recording("test")
    for text in texts:
        body = json.dumps({"model": "m", "messages": [{"role": "user", "content": text}]}, indent=1).encode()
        recording.fill(recording.place(), Outgoing("POST", "http://x/v1/chat/completions", "", credentials), body)
    return recording.sent()


@pytest.mark.parametrize(
    ("node", "home"),
    [
        ("tests/test_agent.py::test_two_turns", "tests/test_agent/test_two_turns"),
        ("test_agent.py::TestAgent::test_it", "test_agent/TestAgent.test_it"),
        ("test_agent.py::test_it[fast-3]", "test_agent/test_it-fast-3"),
        ("test_agent.py::test_turn_12", "test_agent/test_turn_12"),
    ],
)
def test_a_plain_name_stays_as_it_is(node: str, home: str) -> None:
    assert golden.home(node) == home


@pytest.mark.parametrize(
    "node",
    [
        "t.py::test_it[a/b:c?]",
        "t.py::test_it[Größe]",
        "t.py::test_it[../../etc]",
        "t.py::test_it[A]",
        "t.py::test_it[20260105-101010]",
        "t.py::test_it[" + "x" * 400 + "]",
        "../other/t.py::test_it",
        ".hidden/t.py::test_it",
        "t.py::test_it[]",
        "t.py::test_it[a\nb]",
    ],
)
def test_other_names_become_safe_and_stay_different(node: str) -> None:
    home = golden.home(node)
    parts = home.split("/")
    assert all(part and part.isascii() and not part.startswith(".") and len(part) < 160 for part in parts)
    assert not set('<>:"\\|?*[]\n ') & set(home)
    assert home.casefold() != golden.home(node.replace("test_it", "test_it_").lower()).casefold()
    assert series(f"{home}-1.json") == ("/".join(parts[:-1]), f"{parts[-1]}-")


def test_parameters_that_differ_in_case_alone_are_two_files() -> None:
    names = {golden.home(f"t.py::test_it[{parameter}]").casefold() for parameter in ("a", "A", "a b", "a_b", "a?b")}
    assert len(names) == 5


def test_bodies_are_written_byte_for_byte_with_ordinary_permissions(tmp_path: Path) -> None:
    requests = sent("one", "two")
    assert golden.replace(tmp_path, "t/test_it", requests) == []
    for number, one in enumerate(requests, 1):
        path = tmp_path / f"t/test_it-{number}.json"
        assert path.read_bytes() == one.content
        assert path.stat().st_mode & 0o777 == 0o644
    assert len(list((tmp_path / "t").iterdir())) == 2


def test_those_of_the_last_run_go_and_those_of_other_tests_stay(tmp_path: Path) -> None:
    golden.replace(tmp_path, "t/test_it", sent("one", "two", "three"))
    golden.replace(tmp_path, "t/test_it-x", sent("other"))
    (tmp_path / "t/test_it-note.json").write_text("{}", encoding="utf-8")
    golden.replace(tmp_path, "t/test_it", sent("new"))
    names = sorted(path.name for path in (tmp_path / "t").iterdir())
    assert names == ["test_it-1.json", "test_it-note.json", "test_it-x-1.json"]
    golden.replace(tmp_path, "t/test_it", [])
    assert not (tmp_path / "t/test_it-1.json").exists()


def test_where_a_key_is_in_one_request_the_captures_stay_as_they_are(tmp_path: Path) -> None:
    golden.replace(tmp_path, "t/test_it", sent("one", "two", "three"))
    before = contents(tmp_path / "t")
    key = "sk-ant-api03-" + "k" * 40
    refused = golden.replace(tmp_path, "t/test_it", sent("new", f"use {key}"))
    assert [path.name for path in refused] == ["test_it-2.json"]
    assert contents(tmp_path / "t") == before


def test_where_the_disk_is_full_the_captures_stay_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    golden.replace(tmp_path, "t/test_it", sent("one", "two", "three"))
    before = contents(tmp_path / "t")
    open_file, opened = Path.open, []

    def full(path: Path, *arguments: Any, **keywords: Any) -> Any:
        opened.append(path)
        if len(opened) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return open_file(path, *arguments, **keywords)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OSError, match="No space left"):
        golden.replace(tmp_path, "t/test_it", sent("new", "newer"))
    monkeypatch.undo()
    assert contents(tmp_path / "t") == before


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious", encoding="utf-8")
    (tmp_path / "t").mkdir()
    (tmp_path / "t/test_it-1.json").symlink_to(target)
    with pytest.raises(OSError, match="not a plain file"):
        golden.replace(tmp_path, "t/test_it", sent("one"))
    assert target.read_text(encoding="utf-8") == "precious"
