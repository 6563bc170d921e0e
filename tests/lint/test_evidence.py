"""What a conversation shows of volatile text: it stood still, or it moved; each fault is told once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from promptlint.lint import catalogue
from promptlint.lint.option import effective
from promptlint.lint.runner import Active, run
from promptlint.local_model import Model
from promptlint.model import Finding
from promptlint.options import LintOptions
from tests.lint import contexts

CODES = ("KV101", "KV102", "KV103", "KV104", "KV105", "KV106", "KV107", "KV109")
CLOCK = "You are an agent.\nCurrent time: {}\nBe short and kind to the user at all times."
# Of each rule a text with a place for its value, two values, and the severities: alone, standing still.
VOLATILE = [
    ("KV101", "Current time: {}", ("09:14", "09:31"), ("error", "warning")),
    ("KV102", "Today's date is {}.", ("2026-05-17", "2026-05-18"), ("info", "info")),
    ("KV103", "Memory {}", ("[49% — 1,085/2,200 chars]", "[52% — 1,144/2,200 chars]"), ("error", "warning")),
    ("KV104", "trace_id: {}", ("4bf92f3577b34da6a3ce929d0e0e4736", "591785b794601e212b260e25925636fd"),
     ("error", "warning")),
    ("KV105", "## Relevant memories\n- The user likes {}.\n- Graz", ("tea", "coffee"), ("warning", "info")),
    ("KV106", "Working directory: {}", ("/home/ann/shop", "/home/ann/shop/src"), ("warning", "info")),
]  # fmt: skip  # laid out by hand, to be read as a table
EACH = pytest.mark.parametrize(("code", "text", "values", "severities"), VOLATILE, ids=[one[0] for one in VOLATILE])


@pytest.fixture(scope="module")
def opened() -> Iterator[Model]:
    with contexts.model() as model:
        yield model


def findings(opened: Model, *bodies: dict[str, Any]) -> list[Finding]:
    rules = catalogue.load()
    active = [Active(catalogue.with_check(rules[code]), effective(rules[code], None)) for code in CODES]
    requests, pairs = contexts.session(opened, *bodies)
    return run([], requests, pairs, active, LintOptions())


def told(found: list[Finding]) -> list[tuple[str, str, int | None, int | None]]:
    return [(one.code, one.severity, one.request, one.pair) for one in found]


def turns(*systems: str, **rest: Any) -> list[dict[str, Any]]:
    """A conversation that grows by an answer and a question with each request."""
    more: list[dict[str, Any]] = []
    bodies = []
    for number, system in enumerate(systems):
        bodies.append(contexts.chat_body(system, *more, **rest))
        more += [{"role": "assistant", "content": f"Answer {number}."}, {"role": "user", "content": "And then?"}]
    return bodies


@EACH
def test_alone(opened: Model, code: str, text: str, values: tuple[str, str], severities: tuple[str, str]) -> None:
    assert told(findings(opened, *turns(text.format(values[0])))) == [(code, severities[0], 0, None)]


@EACH
def test_standing_still_it_is_told_once_for_the_conversation(
    opened: Model, code: str, text: str, values: tuple[str, str], severities: tuple[str, str]
) -> None:
    found = findings(opened, *turns(*[text.format(values[0])] * 4))
    assert told(found) == [(code, severities[1], 0, None)]
    assert found[0].lost_tokens is None


@EACH
def test_moved_it_is_one_error_of_the_pair_with_its_price(
    opened: Model, code: str, text: str, values: tuple[str, str], severities: tuple[str, str]
) -> None:
    (found,) = findings(opened, *turns(*map(text.format, values)))
    assert told([found]) == [(code, "error", 1, 0)]
    assert found.related is not None
    assert (found.place.pointer, found.related.pointer) == ("/messages/0/content", "/messages/0/content")
    assert found.lost_tokens


def test_the_words_of_a_clock_that_moved(opened: Model) -> None:
    (found,) = findings(opened, *turns(CLOCK.format("09:14"), CLOCK.format("09:31")))
    assert found.message == 'the clock in the system prompt changed: "09:14" became "09:31"'


def test_moved_on_every_turn_it_is_an_error_of_every_pair(opened: Model) -> None:
    found = findings(opened, *turns(*map(CLOCK.format, ("09:14", "09:31", "09:47"))))
    assert told(found) == [("KV101", "error", 1, 0), ("KV101", "error", 2, 1)]


def test_moved_once_and_then_still(opened: Model) -> None:
    found = findings(opened, *turns(*map(CLOCK.format, ("09:14", "09:31", "09:31"))))
    assert told(found) == [("KV101", "error", 1, 0)]


def test_still_first_and_then_moved(opened: Model) -> None:
    found = findings(opened, *turns(*map(CLOCK.format, ("09:14", "09:14", "09:31"))))
    assert ("KV101", "error", 2, 1) in told(found)
    assert [one.pair for one in found if one.severity == "error"] == [1]


def test_one_clock_moved_beside_one_that_did_not(opened: Model) -> None:
    text = "Session started at 2026-05-17 08:00.\n" + CLOCK
    found = findings(opened, *turns(text.format("09:14"), text.format("09:31")))
    assert sorted(told(found), key=repr) == [("KV101", "error", 1, 0), ("KV101", "warning", 0, None)]


def test_a_clock_behind_text_that_was_put_in_did_not_move(opened: Model) -> None:
    text = CLOCK.format("09:14")
    found = findings(opened, *turns(text, f"We sell tea.\n{text}"))
    assert sorted(told(found), key=repr) == [("KV101", "warning", 0, None), ("KV109", "error", 1, 0)]


def test_a_clock_that_came_is_one_error_of_the_pair(opened: Model) -> None:
    without = CLOCK.replace("Current time: {}\n", "")
    assert told(findings(opened, *turns(without, CLOCK.format("09:14")))) == [("KV101", "error", 1, 0)]
    assert told(findings(opened, *turns(CLOCK.format("09:14"), without))) == [("KV101", "error", 1, 0)]


def test_a_meter_that_moved_in_a_frozen_memory_is_the_only_error(opened: Model) -> None:
    text = "MEMORY (your personal notes) {}\n§ The user likes tea.\n§ The user lives in Graz."
    found = findings(opened, *turns(text.format("[49% — 1,085/2,200 chars]"), text.format("[52% — 1,144/2,200 chars]")))
    assert [(one.code, one.pair) for one in found if one.severity != "info"] == [("KV103", 0)]


def test_an_id_that_moved_in_a_frozen_memory_is_the_only_error(opened: Model) -> None:
    text = "## Relevant memories\n- tea [{}]\n- Graz"
    found = findings(opened, *turns(text.format("7f9c24e83b124c0a"), text.format("591785b794604e21")))
    assert sorted(told(found), key=repr) == [("KV104", "error", 1, 0), ("KV105", "info", 0, None)]


def test_what_no_kind_accounts_for_is_left_to_the_general_rule(opened: Model) -> None:
    found = findings(opened, *turns("There are 4 apples.", "There are 5 apples."))
    assert told(found) == [("KV109", "error", 1, 0)]


def tools(text: str) -> dict[str, Any]:
    function = {"name": "run_shell", "description": text, "parameters": {"type": "object", "properties": {}}}
    return {"tools": [{"type": "function", "function": function}]}


def test_the_folder_of_a_tool(opened: Model) -> None:
    text = "Runs a command. Current working directory: {}"
    first, second = turns("Be short.", "Be short.", **tools(text.format("/home/ann/shop")))
    assert told(findings(opened, first)) == [("KV107", "error", 0, None)]
    assert told(findings(opened, first, second)) == [("KV107", "warning", 0, None)]
    (found,) = findings(opened, first, {**second, **tools(text.format("/home/ann/shop/src"))})
    assert told([found]) == [("KV107", "error", 1, 0)]
    assert found.lost_tokens
