from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from promptlint.lint.breaks import declared, declared_breaks, unused_breaks
from promptlint.model import Request
from promptlint.options import Break, LintOptions
from tests.lint.findings import lines, summary


def request(path: str, number: int = 0, siblings: int = 1) -> Request:
    return replace(summary(path).request, number=number, siblings=siblings)


FILES = [
    request("before.json"),
    *(request("turns.jsonl", number, 3) for number in range(3)),
    request("golden/x/compaction-2.json"),
    request("odd#1"),
]


def numbers(*after: str) -> list[int]:
    options = LintOptions(breaks=tuple(Break(one, "meant", "promptlint.yaml:3") for one in after))
    return list(declared_breaks(FILES, options))


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ("before.json", [0]),
        ("./golden/../before.json", [0]),
        ("*.json", [0]),
        ("golden/**/compaction-*.json", [4]),
        ("golden/x/compaction-2.json#0", [4]),
        ("turns.jsonl", [1]),  # before the whole file: between its requests everything counts
        ("turns.jsonl#0", [1]),
        ("turns.jsonl#2", [3]),
        ("*.jsonl#-1", [3]),
        ("turns.jsonl#3", []),
        ("odd#1", [5]),
        ("before.json#1", []),
        ("none.json", []),
    ],
)
def test_where_a_break_stands(after: str, found: list[int]) -> None:
    assert numbers(after) == found


def test_several() -> None:
    assert numbers("**", "turns.jsonl#1") == [0, 1, 2, 4, 5]


def test_a_single_request() -> None:
    one, other = Break("turns.jsonl#1", "meant", "promptlint.yaml:3"), Break("a.har", "meant", "promptlint.yaml:4")
    options = LintOptions(breaks=(one, other))
    assert [declared(request("turns.jsonl", number, 3), options) for number in range(3)] == [None, one, None]
    assert [declared(request("a.har", number, 2), options) for number in range(2)] == [other, None]
    assert declared(request("b.har"), options) is None


def test_breaks_are_seen_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    one = Break("../sub/*.json", "meant", "../promptlint.yaml:3")
    options = LintOptions(breaks=(one,), folder="..")
    assert declared(request("a.json"), options) == one
    assert declared(request(str(tmp_path / "sub" / "a.json")), options) == one
    assert declared(request("../a.json"), options) is None


def test_breaks_that_name_no_request() -> None:
    options = LintOptions(
        breaks=(Break("*.jsonl#2", "a", "promptlint.yaml:3"), Break("turns.jsonl#9", "b", "promptlint.yaml:4"))
    )
    stale = unused_breaks(FILES, options)
    assert lines(stale) == ["promptlint.yaml:4: warning KV002 the break before turns.jsonl#9 names no request"]
    assert stale[0].hint == "remove it, or name the file (FILE#N: the N-th request of it) as it is called now"
