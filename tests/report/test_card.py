"""The card of a template, printed."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from promptlint.options import Options
from promptlint.report import View
from promptlint.report import card as report
from promptlint.template_card.card import card_of
from promptlint.template_card.facts import (
    CallFacts,
    Card,
    ClockFacts,
    Fate,
    GenerationFacts,
    ReasoningFacts,
    Step,
    TextFacts,
    ToolFacts,
)
from promptlint.terminal import Terminal

ROW = "<|{{ message.role }}|>{{ message.content }}\x1b<|end|>"
TEMPLATE = f"{{%- for message in messages -%}}{ROW}{{%- endfor -%}}<|assistant|>\x1b[31m"


def test_a_card_fits_a_terminal_and_shows_what_the_json_says(tmp_path: Path) -> None:
    path = tmp_path / "t.jinja"
    path.write_text(TEMPLATE, encoding="utf-8")
    found = card_of(None, Options(template=str(path)))
    text, document = StringIO(), StringIO()
    report.write_text(found, text)
    report.write_json(found, document)
    lines = text.getvalue().splitlines()
    assert all(len(line) <= 80 for line in lines[1:])
    assert "\x1b" not in text.getvalue()
    assert "  two turns with tools     system > first user > answer > second user" in lines
    assert any("Not prefix-stable" in line for line in lines)
    known = json.loads(document.getvalue())
    assert known["schema"] == "promptlint-template/1"
    assert known["stable"] is False
    assert known["roles"]["system first"] == {"outcome": "in place", "taken_as": None, "error": ""}


CARD = Card(
    reference="models/example",
    template=None,
    profile="vllm",
    exact_tokens=True,
    layout=("system", "tools", "first user"),
    needs_tools=False,
    merges_system=False,
    roles={"system first": Fate("in place")},
    tools=ToolFacts("system", own_block=False),
    calls=CallFacts(printed=True, arguments="text", keeps_key_order=True),
    text=TextFacts(()),
    reasoning=ReasoningFacts(True, True, False, False, None),
    clock=ClockFacts("none"),
    parameters=(),
    generation=GenerationFacts("<|assistant|>", "<|assistant|>", None, None),
    growth=(Step("chat", "a turn", 20, 20),),
    limits=(),
    renderings=9,
)


def shown(width: int = 80, **facts: Any) -> list[str]:
    stream = StringIO()
    report.write_text(replace(CARD, **facts), stream, View(Terminal(width=width)))
    return stream.getvalue().splitlines()


def rows(heading: str, **facts: Any) -> list[tuple[str, str]]:
    """Names and what is said of them, of one part of the card."""
    lines = shown(width=200, **facts)
    at = lines.index(heading) + 1
    return [(line[2:25].strip(), line[27:]) for line in lines[at : lines.index("", at)]]


def test_the_head_and_the_end_of_a_card_without_remarks() -> None:
    lines = shown()
    assert lines[0].split() == ["models/example", "as", "vllm", "serves", "it"]
    assert lines[-2:] == [
        "Prefix-stable: each of these prompts begins with the one before it.",
        "9 conversations rendered.",
    ]


def test_what_a_card_does_not_know_is_noted() -> None:
    assert shown(exact_tokens=False, limits=("media is not modelled",), growth=())[-4:] == [
        "The template refuses all of these conversations.",
        "Note: media is not modelled.",
        "Note: token counts are those of the builtin vocabulary.",
        "9 conversations rendered.",
    ]


def test_a_narrow_terminal_has_what_is_said_below_its_name() -> None:
    lines = shown(width=40)
    at = lines.index("  clock")
    assert lines[at : at + 2] == ["  clock", "    none"]
    assert max(map(len, lines)) <= 40


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"needs_tools": True}, [("without tools", "refused: all that follows is with tools")]),
        ({"merges_system": True}, [("system text", "inside the first user message")]),
    ],
    ids=["as usual", "tools needed", "system text merged"],
)
def test_the_order_of_the_prompt(facts: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    order = ("two turns with tools", "system > tools > first user")
    assert rows("Order of the prompt", **facts) == [order, *expected]


@pytest.mark.parametrize(
    ("fate", "expected"),
    [
        (Fate("refused", error="only first"), "refused: only first"),
        (Fate("hoisted"), "moved to the front"),
        (Fate("in place", taken_as="user"), "in place, as user"),
    ],
    ids=["refused", "moved", "renamed"],
)
def test_what_becomes_of_a_role(fate: Fate, expected: str) -> None:
    assert rows("Roles", roles={"system first": fate}) == [("system first", expected)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (None, [("tool list", "refused")]),
        (ToolFacts("system", own_block=False), [("tool list", "in the system message")]),
        (ToolFacts("system", own_block=True), [("tool list", "beside the system message")]),
        (ToolFacts("end", own_block=True), [("tool list", report.HOMES["end"])]),
        (
            ToolFacts("system", own_block=False, sorts_properties=True, prints_extra_keys=True),
            [
                ("tool list", "in the system message"),
                ("schema keys", "sorted: their order has no effect"),
                ("further keys of a tool", "printed"),
            ],
        ),
    ],
    ids=["refused", "inside", "beside", "behind all", "of its keys"],
)
def test_the_tool_list(facts: ToolFacts | None, expected: list[tuple[str, str]]) -> None:
    assert rows("Tools and calls", tools=facts, calls=CallFacts(None)) == [*expected, ("calls", "refused")]


def test_calls_that_are_not_printed() -> None:
    found = rows("Tools and calls", calls=CallFacts(printed=False, arguments="not printed"))
    assert found[1:] == [("arguments", "calls are not printed")]


def test_calls_that_are_printed() -> None:
    facts = CallFacts(
        printed=True,
        arguments="parsed",
        keeps_key_order=False,
        keeps_number_spelling=True,
        prints_ids=False,
        takes_long_ids=False,
        prints_extra_keys=True,
        parallel="dropped",
        keeps_result_order=False,
    )
    assert rows("Tools and calls", calls=facts)[1:] == [
        ("arguments", "parsed and written again: their spacing has no effect"),
        ("their key order", "sorted"),
        ("60.0 in them", "stays 60.0"),
        ("ids", "not printed"),
        ("ids of any form", "refused: nine letters and digits"),
        ("further keys of a call", "printed"),
        ("two calls in a message", "only one of them printed"),
        ("order of two results", "that of the calls"),
    ]


def test_texts() -> None:
    assert rows("Texts", text=TextFacts(("system", "user"), True, False, None)) == [
        ("outer blanks", "cut off: system, user"),
        ("a tool's result", "written as a JSON string"),
        ("name of a message", "not printed"),
    ]


def test_reasoning_that_is_dropped_after_a_turn() -> None:
    facts = ReasoningFacts(True, None, False, False, True, kept_by=("a", "b"), second_name=False)
    assert rows("Reasoning of the answers", reasoning=facts) == [
        ("in a tool loop", "printed"),
        ("loop, then a new turn", "dropped"),
        ("answer, then a new turn", "dropped"),
        ("<think> in the content", "printed"),
        ("kept by", "chat_template_kwargs a or b"),
        ("the key `reasoning`", "not read"),
    ]
    assert ("in a tool loop", "printed") in rows("Reasoning of the answers")
    assert "kept by" not in dict(rows("Reasoning of the answers"))


def test_reasoning_that_is_never_printed() -> None:
    facts = ReasoningFacts(False, False, False, False, False)
    assert rows("Reasoning of the answers", reasoning=facts) == [
        ("reasoning_content", "not printed anywhere"),
        ("<think> in the content", "dropped"),
    ]


def test_what_stands_beside_the_messages() -> None:
    assert rows("Beside the messages", parameters=("documents", "tool_choice"))[:3] == [
        ("clock", "none"),
        ("parameters", "documents, tool_choice"),
        ("generation prompt", "<|assistant|>"),
    ]
    facts = GenerationFacts("", None, True, False)
    clock = ClockFacts("day", ("date_string",))
    assert rows("Beside the messages", generation=facts, clock=clock) == [
        ("clock", "the day: a new prefix at midnight; stopped by date_string"),
        ("parameters", "none of them reaches the prompt"),
        ("generation prompt", "empty"),
        ("", "again in the history"),
        ("without thinking", "unknown"),
        ("", "not in the history: the answer behind it is read again"),
    ]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Step("chat", "a turn", None, None, error="no"), "a turn: refused"),
        (Step("chat", "a turn", 20, 20), "a turn: keeps all 20 tokens"),
        (Step("chat", "a turn", 20, 18, tail=2), "a turn: keeps 18 of 20 tokens"),
        (Step("chat", "a turn", 20, 5, moved="tools moved"), "a turn: keeps 5 of 20 tokens; tools moved"),
    ],
    ids=["refused", "whole", "but for the generation prompt", "moved"],
)
def test_what_a_turn_keeps(step: Step, expected: str) -> None:
    assert rows("What growing costs", growth=(step,)) == [("chat:", expected)]
