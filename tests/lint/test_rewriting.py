"""In what way a text or a call was changed."""

from __future__ import annotations

from typing import Any

import pytest

from promptlint.lint.calls import Call, calls_of
from promptlint.lint.rewriting import Edit, as_text, edited_calls, edited_content, rewriting
from promptlint.lint.rule import Span
from promptlint.lint.turns import ChangedTurn

LONG = "One kite, two boats, and a dog on the wall of the harbour."


@pytest.mark.parametrize(
    ("role", "old", "new", "expected"),
    [
        ("tool", LONG, "[cleared]", ("tool-result-pruned", LONG, "[cleared]")),
        ("tool", LONG, LONG[:20], ("tool-result-pruned", LONG[20:].strip(), "")),
        ("tool", LONG, "Two kites.", ("rewritten", LONG, "Two kites.")),
        ("user", f"{LONG}\n\n[time: 12:31]", LONG, ("ephemeral-text-not-replayed", "[time: 12:31]", "")),
        ("user", f"<env>\na\n</env>\n{LONG}", LONG, ("ephemeral-text-not-replayed", "<env>\na\n</env>", "")),
        ("user", "<note>Be kind.</note>", "", ("ephemeral-text-not-replayed", "<note>Be kind.</note>", "")),
        ("user", LONG, LONG[:30], ("truncated", LONG[30:].strip(), "")),
        ("assistant", LONG, LONG[:30], ("truncated", LONG[30:].strip(), "")),
        (
            "assistant",
            LONG,
            LONG[:30] + "… [truncated]",
            ("truncated", LONG[27:].strip(), LONG[27:30] + "… [truncated]"),
        ),
        ("assistant", LONG, "", ("rewritten", LONG, "")),
        ("user", LONG, LONG.replace("two", "three"), ("rewritten", "two", "three")),
        ("user", LONG, f"{LONG} It rains.", ("rewritten", "", "It rains.")),
    ],
)
def test_kinds(role: str, old: str, new: str, expected: tuple[str, str, str]) -> None:
    found = rewriting(role, old, new)
    assert (found.kind, found.was, found.now) == expected


def made(*named: tuple[str, Any]) -> list[Call]:
    listed = [{"id": "c", "type": "function", "function": {"name": name, "arguments": value}} for name, value in named]
    return list(calls_of([{"role": "assistant", "tool_calls": listed}], 0))


def test_calls() -> None:
    turn = ChangedTurn(0, 0, {}, {})
    at = "/messages/0/tool_calls"
    old = made(("look", '{"at": 1}'), ("look", '{"at": 1}'), ("see", "{}"), ("go", {"to": 1}), ("stop", "{}"))
    new = made(("look", '{"at":1}'), ("look", '{"at": 7}'), ("hear", "{}"), ("go", {"to": 2}))
    assert list(edited_calls(turn, old, new)) == [
        Edit(
            "rewritten",
            Span(f"{at}/1/function/arguments", 7, 1),
            Span(f"{at}/1/function/arguments", 7, 1),
            "1}",
            "7}",
        ),
        Edit("rewritten", Span(f"{at}/2/function/name"), Span(f"{at}/2/function/name"), "see", "hear"),
        Edit("rewritten", Span(f"{at}/3/function/arguments"), Span(f"{at}/3/function/arguments"), "1}", "2}"),
        Edit("rewritten", Span(f"{at}/3"), Span(f"{at}/4"), "stop({})", ""),
    ]
    assert list(edited_calls(turn, [], made(("look", "{}")))) == [
        Edit("rewritten", Span(f"{at}/0"), Span("/messages/0"), "", "look({})")
    ]


@pytest.mark.parametrize(("old", "related"), [({"content": None}, "/messages/1/content"), ({}, "/messages/1")])
def test_a_text_that_came_has_its_place_before_in_the_message(old: dict[str, Any], related: str) -> None:
    new = {"role": "assistant", "content": "In the tree."}
    turn = ChangedTurn(1, 3, {"role": "assistant", **old}, new)
    (change,) = turn.content_changes()
    span = Span("/messages/3/content", 0, 12)
    assert edited_content(turn, change) == Edit("rewritten", span, Span(related), "", "In the tree.")


def test_as_text() -> None:
    assert (as_text("a"), as_text({"a": 1})) == ("a", '{"a": 1}')
