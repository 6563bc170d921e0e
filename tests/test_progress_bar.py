"""What is told of a run while it lasts, and what somebody at a terminal sees of it."""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from promptlint import cli, pipeline
from promptlint.capture import line_file
from promptlint.errors import NoRequestError
from promptlint.options import LintOptions, Options
from promptlint.progress import UNWATCHED, Portion
from promptlint.progress_bar import ProgressBar, watched

REMOVED = "\x1b[1A\x1b[2K"
HELLO = {"role": "user", "content": "Grüße aus Köln, und was gibt es Neues?"}


class Screen(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, is_terminal: bool = True) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


class Clock:
    """Stands in for the time that passes."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock.monotonic)
    return clock


@pytest.fixture(autouse=True)
def terminal_of_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)


def test_nobody_is_shown_anything_without_a_terminal() -> None:
    for stream in (None, Screen(is_terminal=False)):
        assert watched(stream) is UNWATCHED
    assert isinstance(watched(Screen()), ProgressBar)


@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb"), ("CI", "true")])
def test_no_bar_where_its_line_cannot_be_taken_away(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert watched(Screen()) is UNWATCHED


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_bar_fits_its_terminal(width: int, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    screen = Screen()
    bar = watched(screen)
    bar.begin("checking", 10_000)
    for _ in range(9):
        clock.now += 3000
        bar.advance(1000)
    bar.end()
    shown = re.sub(r"\x1b\[[?\d]*[A-Za-z]", "", screen.getvalue())
    assert "#" in shown
    assert max(map(len, re.split(r"[\r\n]", shown))) < min(width, 81)


def test_a_short_run_shows_nothing(clock: Clock) -> None:
    screen = Screen()
    bar = watched(screen)
    bar.begin("reading", 100)
    for _ in range(100):
        clock.now += 0.0099
        bar.advance(1)
    bar.begin("checking", 10)
    bar.end()
    assert screen.getvalue() == ""


def test_after_a_second_there_is_a_bar_with_what_is_done_already(clock: Clock) -> None:
    screen = Screen()
    bar = watched(screen)
    bar.begin("reading", 200)
    bar.advance(40)
    clock.now += 1.1
    assert screen.getvalue() == ""
    bar.advance(10)
    assert "reading" in screen.getvalue()
    assert "25%" in screen.getvalue()
    clock.now += 1
    bar.advance(100)
    assert "75%" in screen.getvalue()
    assert REMOVED not in screen.getvalue()


def test_the_second_counts_from_the_start_of_the_run(clock: Clock) -> None:
    screen = Screen()
    bar = watched(screen)
    bar.begin("reading", 2)
    clock.now += 1.1
    bar.begin("checking", 2)
    bar.advance(1)
    assert "checking" in screen.getvalue()
    assert "reading" not in screen.getvalue()


def test_what_is_as_good_as_done_shows_no_bar(clock: Clock) -> None:
    screen = Screen()
    bar = watched(screen)
    bar.begin("reading", 2)
    clock.now += 5
    bar.advance(2)
    bar.begin("checking", 0)
    bar.advance(0)
    assert screen.getvalue() == ""


def test_the_line_is_taken_away_once(clock: Clock) -> None:
    screen = Screen()
    bar = watched(screen)
    bar.begin("reading", 10)
    clock.now += 2
    bar.advance(1)
    bar.begin("checking", 10)
    assert screen.getvalue().endswith(f"\n{REMOVED}")
    bar.advance(1)
    bar.end()
    bar.end()
    assert screen.getvalue().count(REMOVED) == 2
    assert screen.getvalue().endswith(f"\n{REMOVED}")
    assert screen.getvalue().rfind("\x1b[?25h") > screen.getvalue().rfind("\x1b[?25l") > 0  # the cursor is back


def test_a_portion_is_no_more_and_no_less_than_its_share() -> None:
    told = Told()
    portion = Portion(told, 10)
    for steps in (3, 4, 5):
        portion.advance(steps)
    portion.end()
    assert [steps for _, steps in told.steps] == [3, 4, 3, 0]
    Portion(told, 7).end()
    assert told.steps[-1] == ("", 7)


class Told:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, int]] = []
        self.steps: list[tuple[str, int]] = []
        self.is_over = False

    def begin(self, what: str, total: int) -> None:
        self.parts.append((what, total))

    def advance(self, steps: int) -> None:
        self.steps.append((self.parts[-1][0] if self.parts else "", steps))

    def end(self) -> None:
        self.is_over = True

    def done(self) -> list[tuple[str, int]]:
        """The sum of the steps of each part."""
        return [(what, sum(steps for name, steps in self.steps if name == what)) for what, _ in self.parts]


def body(*messages: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [HELLO, *messages]}


def lines() -> Iterator[str]:
    for number in range(4):
        yield json.dumps(body(*[{"role": "assistant", "content": "Nichts."}, HELLO] * number), ensure_ascii=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Captures of each kind that is read in another way, and files that are none."""
    log = "\n\n".join(lines()) + "\n\n \n"
    (tmp_path / "log.jsonl").write_text(log, encoding="utf-8")
    (tmp_path / "packed.json.gz").write_bytes(gzip.compress(json.dumps(body()).encode()))
    (tmp_path / "wide.json").write_text(json.dumps(body(), ensure_ascii=False), encoding="utf-8")
    (tmp_path / "broken.json").write_text('{"model": ', encoding="utf-8")
    (tmp_path / "cut.jsonl").write_text(log + '{"model', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("large", [1, sys.maxsize], ids=["line by line", "whole"])
def test_what_is_told_adds_up(folder: Path, large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_file, "LARGE", large)
    told = Told()
    report = pipeline.check([str(folder)], Options(lint=LintOptions(select=("KV001",))), progress=told)
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert told.parts == [("reading", size), ("checking", len(report.requests) + len(report.pairs))]
    assert told.done() == told.parts
    assert (len(report.requests), len(report.pairs), told.is_over) == (10, 6, True)


def test_a_large_file_is_told_of_line_by_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_file, "LARGE", 1)
    told = Told()
    pipeline.check([str(folder / "log.jsonl")], Options(lint=LintOptions(select=("KV001",))), progress=told)
    assert len([steps for what, steps in told.steps if what == "reading" and steps]) == 5


def test_the_end_is_told_whatever_happens(tmp_path: Path) -> None:
    told = Told()
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    with pytest.raises(NoRequestError):
        pipeline.check([str(tmp_path)], Options(), progress=told)
    assert told.is_over
    assert told.done() == told.parts == [("reading", 2)]


@pytest.mark.parametrize(
    ("options", "is_watched"), [([], True), (["--verbose"], True), (["--no-progress"], False), (["--quiet"], False)]
)
def test_who_asks_for_no_bar_gets_none(
    options: list[str], is_watched: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    check = pipeline.check

    def checked(*arguments: Any, **given: Any) -> Any:
        told.append(given["progress"])
        return check(*arguments, **{**given, "progress": UNWATCHED})

    monkeypatch.setattr(pipeline, "check", checked)
    monkeypatch.setattr(sys, "stderr", Screen())
    arguments = ["check", str(folder / "wide.json"), "--select", "KV001", *options]
    assert cli.main.main(arguments, standalone_mode=False) == 0
    assert [isinstance(one, ProgressBar) for one in told] == [is_watched]
