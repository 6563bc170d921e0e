from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from promptlint.recording import journal
from promptlint.recording.call import Call, Content, Lost
from promptlint.recording.journal import Journal, Tally

BODY = Content(b'{"messages": [{"role": "user", "content": "hi"}]}')
BEGAN = datetime(2026, 6, 5, 9, 14, 7, 999_999, UTC)
URL = "https://api.example/v1/chat/completions"


def test_names_are_times_and_two_journals_do_not_mix(tmp_path: Path) -> None:
    journals = [Journal(tmp_path), Journal(tmp_path)]
    for one in journals * 2:
        one.keep(Call(URL, BEGAN, BODY))
    tallies = [one.close() for one in journals]
    assert [tally.written for tally in tallies] == [2, 2]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "request-20260605-091407-999999.json",
        "request-20260605-091408-000000.json",
        "request-20260605-091408-000001.json",
        "request-20260605-091408-000002.json",
    ]


def test_it_counts_what_it_did_not_write_and_why(tmp_path: Path) -> None:
    one = Journal(tmp_path)
    one.pass_over()
    one.keep(Call("https://api.example/other", BEGAN, Content(b"{}")))
    one.keep(Call(URL, BEGAN, Content(None)))
    one.keep(Call(URL, BEGAN + timedelta(seconds=1), BODY, 200, Content(None)))
    assert one.close() == Tally(
        written=1,
        others=2,
        lost={Lost("request", "larger than 64 MiB"): 1, Lost("answer", "larger than 16 MiB"): 1},
    )


def test_a_folder_that_goes_away_is_said_once_and_at_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    warned: list[str] = []
    one = Journal(folder, warned.append)
    shutil.rmtree(folder)
    for _ in range(2):
        one.keep(Call(URL, BEGAN, BODY))
    tally = one.close()
    assert (tally.written, tally.failed, tally.failure) == (0, 2, "No such file or directory")
    assert warned == ["No such file or directory"]


def test_a_fault_of_ours_is_not_swallowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(call: Call) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr(journal, "captured", fail)
    one = Journal(tmp_path)
    one.keep(Call(URL, BEGAN, BODY))
    with pytest.raises(RuntimeError, match="ours"):
        one.close()
