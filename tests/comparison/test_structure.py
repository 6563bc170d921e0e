"""Structural differences: tools by name, messages by position, key order apart; healthy changes are none."""

from __future__ import annotations

from typing import Any

import pytest

from promptlint.comparison.structure import LONG, Rendered, differences, json_relation
from promptlint.model import Chat

USER = {"role": "user", "content": "hi"}
ANSWER = {"role": "assistant", "content": "hello"}


def tool(name: str, **properties: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": properties}}}


def kinds(before: Chat, after: Chat) -> list[tuple[str, str]]:
    return [(difference.kind, difference.pointer) for difference in differences(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "relation"),
    [
        (Chat([USER]), Chat([USER]), "identical"),
        (Chat([USER]), Chat([USER, ANSWER]), "extension"),
        (Chat([USER, ANSWER]), Chat([USER]), "changed"),
        (Chat([USER]), Chat([{"content": "hi", "role": "user"}]), "changed"),  # key order is printed by some templates
        (Chat([USER], [tool("a")]), Chat([USER, ANSWER], [tool("b")]), "changed"),
        (Chat([USER], parameters={"tool_choice": "auto"}), Chat([USER], parameters={"tool_choice": "none"}), "changed"),
        (
            Chat([USER], parameters={"temperature": 0, "stream": True}),
            Chat([USER], parameters={"seed": 1}),
            "identical",
        ),
        (Chat([USER | {"cache_control": {"type": "ephemeral"}}]), Chat([USER, ANSWER]), "extension"),
    ],
)
def test_json_relation(before: Chat, after: Chat, relation: str) -> None:
    assert json_relation(before, after) == relation


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("You sort.", "You sort. Go on.", []),
        ((5, 6), (5, 6, 7), []),
        ("You sort.", "You tidy.", [("changed", "/prompt")]),
        ((5, 6, 7), (5, 8, 7), [("changed", "/prompt/1")]),
        ((5, 6), (5,), [("changed", "/prompt/1")]),
        (None, "You sort.", [("added", "/prompt")]),
        ((5, 6), None, [("removed", "/prompt")]),
    ],
)
def test_a_prompt_that_the_client_rendered_differs_where_it_does_not_go_on(
    before: Rendered, after: Rendered, found: list[tuple[str, str]]
) -> None:
    assert kinds(Chat([], rendered=before), Chat([], rendered=after)) == found


def test_of_two_tools_with_one_name_the_second_is_told_apart_by_its_place() -> None:
    before = Chat([USER], [tool("a"), tool("a", x={"type": "string"})])
    after = Chat([USER], [tool("a"), tool("a", x={"type": "number"})])
    assert kinds(before, after) == [("changed", "/tools/1/function/parameters/properties/x/type")]
    assert kinds(before, Chat([USER], [tool("a")])) == [("removed", "/tools/1")]


def test_one_inserted_tool_is_one_difference() -> None:
    names = ["alpha", "beta", "gamma", "delta"]
    before = Chat([USER], [tool(name, path={"type": "string"}) for name in names])
    after = Chat([USER], [tool(name, path={"type": "string"}) for name in ["new", *names]])
    assert kinds(before, after) == [("added", "/tools/0")]


def test_reordered_tools_are_one_move() -> None:
    before = Chat([USER], [tool("a"), tool("b"), tool("c")])
    after = Chat([USER], [tool("c"), tool("a"), tool("b")])
    (found,) = differences(before, after)
    assert (found.kind, found.pointer, found.before, found.after) == ("moved", "/tools", list("abc"), list("cab"))


def test_a_changed_schema_and_its_key_order() -> None:
    before = Chat([USER], [tool("a", x={"type": "string", "description": "one"})])
    after = Chat([USER], [tool("a", x={"description": "two", "type": "string"})])
    at = "/tools/0/function/parameters/properties/x"
    assert kinds(before, after) == [("changed", f"{at}/description"), ("key-order", at)]


def test_messages_by_position() -> None:
    before = Chat([USER, ANSWER, USER])
    after = Chat([USER, ANSWER | {"content": "Hello"}, USER | {"name": "x/y~z"}, ANSWER])
    assert kinds(before, after) == [("changed", "/messages/1/content"), ("added", "/messages/2/name")]
    assert kinds(after, before) == [
        ("changed", "/messages/1/content"),
        ("removed", "/messages/2/name"),
        ("removed", "/messages/3"),
    ]


def test_pointers_are_escaped() -> None:
    before, after = Chat([USER], parameters={"a/b~c": 1}), Chat([USER], parameters={"a/b~c": 2})
    assert kinds(before, after) == [("changed", "/a~1b~0c")]


def test_long_texts_are_cut_around_the_difference() -> None:
    old, new = "x" * 5000 + "OLD" + "y" * 5000, "x" * 5000 + "NEW" + "y" * 5000
    (found,) = differences(Chat([USER | {"content": old}]), Chat([USER | {"content": new}]))
    assert "OLD" in found.before
    assert "NEW" in found.after
    assert len(found.before) <= LONG + 2


def test_healthy_changes_are_silent() -> None:
    before = Chat([USER | {"content": [{"type": "text", "text": "hi", "cache_control": {"type": "ephemeral"}}]}])
    after = Chat([USER | {"content": [{"type": "text", "text": "hi"}]}], parameters={"max_tokens": 5, "user": "u"})
    assert differences(before, after) == ()
