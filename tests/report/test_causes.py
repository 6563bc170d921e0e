"""The table of causes."""

from __future__ import annotations

from promptlint.cost import Cause
from promptlint.report import View
from promptlint.report.causes import MOST_CAUSES, cause_lines
from promptlint.terminal import Terminal

FIRST = Cause("r", "KV306", "/a", "call 1 of message 3", None, None, 1_100, 107, 63, "without it 107 would be reused")
SECOND = Cause(None, None, "/b", "message 5 (assistant)", None, None, None, None, None, None)


def test_a_single_cause_is_its_sentence() -> None:
    assert list(cause_lines([FIRST], View())) == ["Without it 107 would be reused."]
    assert list(cause_lines([SECOND], View())) == []


def test_several_are_a_table_and_the_sentence_of_the_first() -> None:
    assert list(cause_lines([FIRST, SECOND], View())) == [
        "Causes, in the order of the prompt:",
        "  code     where                  lost alone  left after it",
        "  KV306    call 1 of message 3         1,100             63",
        "  no rule  message 5 (assistant)           ?              ?",
        "",
        "Without it 107 would be reused.",
    ]


def test_on_a_narrow_terminal_they_are_a_list() -> None:
    found = list(cause_lines([FIRST, SECOND], View(Terminal(width=40))))
    assert found[1:3] == ["  KV306  call 1 of message 3", "    lost alone 1,100, left after it 63"]


def test_verbose_shows_all_of_many() -> None:
    many = [SECOND] * (MOST_CAUSES + 2)
    assert list(cause_lines(many, View()))[-1] == "  and 2 more: --verbose shows all"
    assert len(list(cause_lines(many, View(detail="verbose")))) == len(many) + 2
