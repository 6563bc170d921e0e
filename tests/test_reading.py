"""What a run reads beside what it was asked for, and which of it is left out again."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.capture import line_file

RULES = {"role": "system", "content": "You count boxes in a warehouse. " * 40}
POEM = {"role": "system", "content": "Write verses, and nothing else than verses. " * 40}
HELLO = {"role": "user", "content": "How many boxes are left in bay 4?"}
ANSWER = {"role": "assistant", "content": "Seven boxes are left."}


def save(name: str, *conversations: list[dict[str, Any]]) -> None:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    bodies = ({"model": "example", "messages": messages} for messages in conversations)
    path.write_text("".join(json.dumps(one) + "\n" for one in bodies), encoding="utf-8")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()  # the search for a config ends here
    return tmp_path


def test_of_the_files_beside_only_those_of_the_same_conversation_stay() -> None:
    save("golden/turn-1.json", [POEM, {"role": "user", "content": "About the sea."}])
    save("golden/turn-2.json", [RULES, HELLO])
    save("golden/turn-3.json", [RULES, HELLO, ANSWER])
    report = promptlint.check(["golden/turn-3.json"])
    assert [one.request.path for one in report.requests] == ["golden/turn-3.json", "golden/turn-2.json"]
    assert [one.requests for one in report.conversations] == [(1, 0)]
    assert [(one.before, one.after, one.status) for one in report.pairs] == [(1, 0, "extension")]


def test_a_file_that_could_not_be_read_at_the_revision_stands_alone(folder: Path) -> None:
    (folder / ".git").rmdir()
    save("a.json", [RULES, HELLO])
    (folder / "b.json").write_text('{"messages": [', encoding="utf-8")
    for line in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -q -m x"):
        subprocess.run(["git", *line.split()], check=True, capture_output=True)
    save("b.json", [RULES, HELLO, ANSWER])
    report = promptlint.check(["a.json", "b.json"], against="HEAD")
    paths = [one.request.path for one in report.requests]
    assert [tuple(paths[number] for number in one.requests) for one in report.conversations] == [
        ("HEAD:a.json", "a.json"),
        ("b.json",),
    ]


def test_in_a_large_file_too_half_a_character_is_a_fault_and_a_whole_one_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line_file, "LARGE", 0)
    said = ["plain", "whole \U0001f600", "cut \ud83d here"]
    save("log.jsonl", *([RULES, {"role": "user", "content": text}] for text in said))
    report = promptlint.check(["log.jsonl"])
    assert [one.request.container for one in report.requests] == ["0", "1"]
    assert [(one.code, one.place.line) for one in report.findings if one.severity == "error"] == [("KV001", 3)]
