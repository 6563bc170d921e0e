"""The table of what each engine gives back, line by line."""

from __future__ import annotations

import pytest

from promptlint.cost import Reuse
from promptlint.report import View
from promptlint.report.reuse_table import reuse_lines
from promptlint.terminal import Terminal, columns
from tests.report import example

VLLM = Reuse("vllm", "builtin", 340, 421, 99, 96, 96, "whole blocks of 16 tokens")
OPENAI = Reuse("openai", "builtin", 340, 1421, 99, 0, 99, "nothing is said of where it ends")
REFUSED = Reuse("sglang", "builtin", None, None, None, None, None, "the template refuses a request: no roles")


def lines(*reuse: Reuse, terminal: Terminal | None = None) -> list[str]:
    shown = reuse_lines(example.broken_pair(reuse=reuse), View(terminal or Terminal()))
    return "\n".join(shown).split("\n")


def test_nothing_is_shown_where_no_engine_was_asked_for() -> None:
    assert list(reuse_lines(example.broken_pair(), View(Terminal()))) == []


def test_a_line_for_each_engine_and_below_it_why_it_is_not_more() -> None:
    assert lines(VLLM, OPENAI, REFUSED) == [
        "What a server gives back of the second request:",
        "  engine  model    common   reused  computed",
        "  vllm    builtin      99       96       325",
        "    whole blocks of 16 tokens",
        "  openai  builtin      99  0 to 99     1,322",
        "    nothing is said of where it ends",
        "  sglang  builtin       -        -         -",
        "    the template refuses a request: no roles",
        "  What they report of it: vllm, only with --enable-prompt-tokens-details;",
        "  sglang, only with --enable-cache-report.",
    ]


def test_of_a_long_model_both_ends_are_shown_as_far_as_there_is_room() -> None:
    one = Reuse("vllm", "someone/a-model-with-a-very-long-name-and-its-size-in-the-end-70b", 340, 421, 99, 96, 96)
    assert lines(one)[2] == "  vllm    someone/a-model-with-a…s-size-in-the-end-70b      99      96       325"
    assert one.model in lines(one, terminal=Terminal(width=120))[2]


def test_a_list_where_the_terminal_has_no_room_for_the_table() -> None:
    found = lines(OPENAI, terminal=Terminal(width=40))
    assert found[2:5] == ["  openai  builtin", "    common 99, reused 0 to 99, computed", "    1,322"]


@pytest.mark.parametrize("name", ["m" * 90, "界" * 60, "a\x1b[2J\nb", "x\u202ey"])
def test_a_hostile_name_moves_nothing(name: str) -> None:
    found = lines(Reuse("tensorrt-llm", name, 999_999, 999_999, 999_999, 0, 999_999, "a note " * 30))
    assert all(line.isprintable() and columns(line) <= 80 for line in found)
