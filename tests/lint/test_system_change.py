"""Which words a difference gets: what it is, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from promptlint.comparison.pair import compare, compare_structure
from promptlint.dialect import chat
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.system_change import Change, classified, excerpt, real_hunks, reordered
from promptlint.local_model import DEFAULT_NOW, Model
from promptlint.model import JsonObject, Turn
from promptlint.model_choice import open_model
from promptlint.options import Options
from promptlint.selection import request_of_body

HELLO: JsonObject = {"role": "user", "content": "Hello."}
FRAME = "You help in a warehouse.\n\n{}\n\nNever guess a number that you have not counted."


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    opened = open_model("builtin", Options())
    yield opened
    opened.close()


def pair(model: Model, before: list[JsonObject], after: list[JsonObject]) -> PairContext:
    left, right = (
        RequestContext(Turn(request, chat(request)), number, model)
        for number, request in enumerate(request_of_body({"messages": messages}) for messages in (before, after))
    )
    compared = compare(left.turn, right.turn, compare_structure(left.chat, right.chat), model, DEFAULT_NOW)
    return PairContext(left, right, compared, 0)


def of_texts(model: Model, before: str, after: str) -> PairContext:
    old, new = ([{"role": "system", "content": text}, HELLO] for text in (before, after))
    return pair(model, old, new)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Time: 2026-11-20 12:31:09", "Time: 2026-11-20 12:33:40", Change("clock")),
        ("Today is 2026-11-20.", "Today is 2026-11-21.", Change("date")),
        ("[49% — 1,085/2,200 chars]", "[51% — 1,122/2,200 chars]", Change("counter")),
        ("Boxes: 12", "Boxes: 13", Change("number")),
        (
            "Job 0f4c8a52-7b1e-4c7d-9a51-1f2e3d4c5b6a runs.",
            "Job 9be1d7c4-2a60-4f0e-8b35-6c7d8e9fa0b1 runs.",
            Change("id"),
        ),
        ("- a: one\n- b: two", "- b: two\n- a: one", Change("reordered")),
        ("# A\n\nOne.", "# A\n\nOne.\n\n# B\n\nTwo.", Change("added", "B")),
        ("# A\n\nOne.\n\n# B\n\nTwo.", "# A\n\nOne.", Change("removed", "B")),
        ("The foreman is Anna.", "The foreman is Boris.", Change("text")),
    ],
)
def test_kinds(before: str, after: str, expected: Change, model: Model) -> None:
    context = of_texts(model, FRAME.format(before), FRAME.format(after))
    assert classified(context, real_hunks(context)[0]) == expected


def test_another_prompt_is_no_list_of_changes(model: Model) -> None:
    context = of_texts(model, "You help in a warehouse. Be short.", "Write a title, six words at most!")
    assert classified(context, real_hunks(context)[0]) == Change("replaced")


@pytest.mark.parametrize(
    ("summary", "kind"), [("Summary of what was said: seven boxes.", "compaction"), ("And in bay 5?", "text")]
)
def test_a_compaction_needs_a_summary(summary: str, kind: str, model: Model) -> None:
    old, new = ({"role": "system", "content": FRAME.format(f"The foreman is {name}.")} for name in ("Anna", "Boris"))
    context = pair(model, [old, HELLO, {"role": "assistant", "content": "Hi."}], [new, {**HELLO, "content": summary}])
    assert classified(context, real_hunks(context)[0]).kind == kind


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("One.\nTwo.", "One. \nTwo."),
        ("One.\nTwo.", "One.\r\nTwo.\r\n"),
        ("One.\nTwo.", "\n\nOne.\nTwo.\n\n"),
        ("One.\n  Two.", "One.\n\tTwo."),
    ],
)
def test_white_space_at_the_edges_of_lines_is_left_to_its_own_rule(before: str, after: str, model: Model) -> None:
    assert real_hunks(of_texts(model, before, after)) == []


def test_white_space_at_the_edges_of_each_message_is_none(model: Model) -> None:
    def system(*texts: str) -> list[JsonObject]:
        return [*({"role": "system", "content": text} for text in texts), HELLO]

    assert real_hunks(pair(model, system("One.", "Two."), system("One.", "Two.\n\n"))) == []
    assert real_hunks(pair(model, [HELLO], system(" \n"))) == []
    assert len(real_hunks(pair(model, system("One.", "Two. Three."), system("One.", "Two.\n\nThree.")))) == 1


@pytest.mark.parametrize(("before", "after"), [("One.\n\nTwo.", "One.\nTwo."), ("One. Two.", "One.  Two.")])
def test_white_space_inside_is_a_change(before: str, after: str, model: Model) -> None:
    assert len(real_hunks(of_texts(model, before, after))) == 1


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("Current time: 12:31:09 UTC", "31:09", "Current time: 12:31:09 UTC"),
        ("One.\nThe foreman is Anna.\nTwo.", "Anna", "The foreman is Anna."),
        ("One.\nThe foreman.\nTwo.", "The foreman.\n", "The foreman."),
        ("It is said that the foreman of today is Anna.", "Anna", "…foreman of today is Anna."),
        ("x" * 90, "x" * 90, "x" * 39 + "…"),
    ],
)
def test_an_excerpt_is_one_short_line(text: str, part: str, expected: str) -> None:
    start = text.index(part)
    assert excerpt(text, start, start + len(part)) == expected


def test_the_same_lines() -> None:
    assert reordered("a\nb\n\nc", "c\n\na\nb")
    assert not reordered("a\nb", "a \nb")
    assert not reordered("a\nb", "a\nb\nb")
