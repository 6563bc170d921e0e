"""No line of the text is wider than its terminal, whatever stands in it."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.cost import Cause, Cost, Reuse, Step
from promptlint.model import Capture, Conversation, Difference, Place, Report, Side, Skipped, Suppressed, TokenizerUse
from promptlint.report import Detail, View
from promptlint.report.text import write
from promptlint.terminal import Terminal, columns
from tests.report import example

HOSTILE = [
    "n" * 200,
    "界" * 90,
    "e\u0301" * 90,
    "🎉👩\u200d💻" * 30,
    "a/very/deep/path/" * 12 + "a.json",
    "a\x1b[2J\n\u202e::error::x " * 9,
    "many words of a sentence " * 12,
    "",
]
CASES = Path(__file__).parents[1] / "cases"
MANY = 123_456_789
Command = Literal["diff", "check"]


def report_full_of(text: str, command: Command) -> Report:
    """A report in which everything that others have written is this text, and every number is large."""
    place = Place(text, text, MANY, MANY)
    side = Side(place, text, text, text)
    pair = example.broken_pair(
        before_tokens=MANY,
        after_tokens=MANY,
        lost_tokens=MANY - 62,
        divergence=replace(example.DIVERGENCE, before=side, after=replace(side, token_text=text[:3]), exact=False),
        differences=(Difference(text, "changed", text, {text: text}),) * 9,
        limits=(text,),
        causes=(
            Cause("extra-tool-call-keys", "KV306", text, text, text, text, MANY, MANY, MANY, text),
            Cause(None, None, text, text, text, text, None, None, None, None),
        ),
        reuse=(Reuse("tensorrt-llm", text, MANY, MANY, MANY, 0, MANY, text, cost=Cost(MANY, MANY, text)),),
        cost=Cost(MANY, None, text),
    )
    finding = replace(
        example.FINDING, message=text, hint=text, place=place, related=place, url=f"https://example.org/{text}"
    )
    known = replace(finding, suppressed=Suppressed("baseline", text))
    found = example.report(pair, (finding, known), TokenizerUse(text, exact=False, profile="vllm", notes=(text,)))
    requests = tuple(
        replace(one, request=replace(one.request, path=text, container=text, siblings=2, observed_cached_tokens=MANY))
        for one in found.requests
    )
    steps = (Step(0, None, MANY, None, None), Step(1, 0, MANY, 62, MANY, "KV603", 0), Step(1, 0, MANY, 62, MANY))
    home = Conversation((0, 1), "history", steps)
    skipped = Capture(text, "body", (requests[0].request,), (Skipped(text, text), Skipped(text, text, place)))
    return replace(
        found,
        command=command,
        requests=requests,
        conversations=(home,) * 7,
        inputs=(*found.inputs, skipped),
        passed_over=MANY,
        cost=Cost(MANY, None, text),
    )


def shown(text: str, command: Command, terminal: Terminal, detail: Detail) -> list[str]:
    stream = io.StringIO()
    write(report_full_of(text, command), stream, View(terminal, detail))
    return stream.getvalue().split("\n")


@pytest.mark.parametrize("command", get_args(Command))
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:6]))
@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("unicode", [True, False], ids=["unicode", "ascii"])
def test_no_line_is_wider_than_the_terminal(text: str, command: Command, width: int, unicode: bool) -> None:
    for detail in get_args(Detail):
        lines = shown(text, command, Terminal(width=width, unicode=unicode), detail)
        assert [line for line in lines if columns(line) > width] == []
        assert all(line.isprintable() for line in lines)
        assert unicode or all(line.isascii() for line in lines)


def is_text(command: str) -> bool:
    """Formats for machines, and a prompt's own lines, are as wide as they are."""
    return "--format" not in command and not command.startswith("promptlint render")


@pytest.mark.parametrize("case", sorted(path.parent for path in CASES.glob("*/cmd")), ids=lambda case: case.name)
def test_nothing_that_is_printed_where_nobody_watches_is_wider_than_eighty_columns(case: Path) -> None:
    printed = (case / "stdout").read_text(encoding="utf-8")
    if is_text((case / "cmd").read_text(encoding="utf-8")):
        assert [line for line in printed.splitlines() if columns(line) > 80] == []


@given(st.text(max_size=200), st.integers(40, 120), st.booleans())
@settings(max_examples=30)
def test_no_text_of_others_makes_a_line_wider(text: str, width: int, unicode: bool) -> None:
    for command in get_args(Command):
        lines = shown(text, command, Terminal(width=width, unicode=unicode), "verbose")
        assert [line for line in lines if columns(line) > width] == []


@pytest.mark.parametrize("command", get_args(Command))
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:6]))
def test_colour_and_links_move_nothing(text: str, command: Command) -> None:
    plain = shown(text, command, Terminal(), "verbose")
    rich = shown(text, command, Terminal(colour=True, links=True), "verbose")
    assert [columns(line) for line in rich] == [columns(line) for line in plain]
    assert any("\x1b]8;;https://example.org/" in line for line in rich)
