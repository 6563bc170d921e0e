"""The records that are no requests: counted, and listed with --verbose."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from promptlint.model import UNREADABLE, Capture, Place, Report, Skipped
from promptlint.report import Detail, View
from promptlint.report.skipped import skipped_lines
from promptlint.report.text import write
from promptlint.terminal import Terminal, columns
from tests.report import example

GET = Skipped("/interactions/0/request/body", "GET has no body")
BROKEN = Skipped("3", "the JSON ends too early", Place("a.jsonl", "", 4, 9))


def report(*skipped: Skipped, path: str = "a.yaml", is_empty: bool = False) -> Report:
    requests = () if is_empty else (example.request(path),)
    return replace(example.report(), inputs=(Capture(path, "vcrpy", requests, skipped),), command="check")


def lines(found: Report, detail: Detail = "normal", terminal: Terminal | None = None) -> list[str]:
    return list(skipped_lines(found, View(terminal or Terminal(), detail)))


def test_they_are_counted() -> None:
    assert lines(report(GET)) == ["1 record is no request: --verbose lists them."]
    assert lines(report(*[GET] * 1200)) == ["1,200 records are no requests: --verbose lists them."]


def test_verbose_lists_where_and_why() -> None:
    both = replace(report(GET), inputs=(*report(GET).inputs, *report(BROKEN, path="a.jsonl").inputs))
    assert lines(both, "verbose") == [
        "2 records are no requests:",
        "  a.yaml /interactions/0/request/body",
        "    GET has no body",
        "  a.jsonl:4:9",
        "    the JSON ends too early",
    ]


def test_a_record_without_a_place_in_its_file_is_the_file() -> None:
    assert lines(report(Skipped("", "no body")), "verbose")[1] == "  a.yaml"


def test_where_nothing_was_skipped_nothing_is_said() -> None:
    assert lines(report()) == lines(report(), "verbose") == []


def test_a_capture_without_any_request_has_its_records_too() -> None:
    assert lines(report(GET, is_empty=True)) == ["1 record is no request: --verbose lists them."]


def test_a_file_that_is_no_capture_has_no_records() -> None:
    found = replace(report(), inputs=(Capture("a.txt", UNREADABLE, (), (Skipped("", "neither JSON nor YAML"),)),))
    assert lines(found, "verbose") == []


@pytest.mark.parametrize("detail", ["normal", "quiet", "verbose"])
def test_they_stand_in_the_text_but_for_the_quiet_one(detail: Detail) -> None:
    stream = io.StringIO()
    write(report(GET), stream, View(detail=detail))
    assert ("1 record is no request" in stream.getvalue()) is (detail != "quiet")


def test_hostile_words_move_nothing() -> None:
    hostile = Skipped("/a\x1b[2J", "no\nbody\u202e" + "x" * 200)
    shown = lines(report(hostile, path="b\x07\n.yaml"), "verbose")
    assert len(shown) == 3
    assert all(line.isprintable() for line in shown)
    assert columns(shown[2]) == 80
    assert shown[2].endswith("…")
    assert lines(report(hostile), "verbose", Terminal(unicode=False))[2].endswith("x...")
