from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from promptlint.lint.calls import arguments_meaning, calls, same_calls, without_key
from promptlint.model import Chat


def call(name: str, arguments: Any = "{}", **more: Any) -> dict[str, Any]:
    return {"id": f"c-{name}", "type": "function", "function": {"name": name, "arguments": arguments}, **more}


def said(*made: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": None, "tool_calls": list(made)}


USER = {"role": "user", "content": "Hello."}
CUSTOM = {"id": "c-patch", "type": "custom", "custom": {"name": "patch", "input": "*** Begin"}}


def test_calls() -> None:
    messages = [USER, said(call("look"), CUSTOM), {**USER, "tool_calls": None}, said({"id": "no function"})]
    assert [(one.name, one.arguments, one.arguments_at, one.id) for one in calls(messages)] == [
        ("look", "{}", "/messages/1/tool_calls/0/function/arguments", "c-look"),
        ("patch", "*** Begin", "/messages/1/tool_calls/1/custom/input", "c-patch"),
    ]


def test_the_same_calls() -> None:
    before = [USER, said(call("look"), call("read"), call("list"))]
    after = [USER, said(call("look", '{"at": 1}'), call("write")), USER]
    assert [(old.pointer, new.pointer) for old, new in same_calls(before, after)] == [
        ("/messages/1/tool_calls/0", "/messages/1/tool_calls/0")
    ]


def test_a_window_that_slid_on_holds_other_calls() -> None:
    before = [USER, said(call("poll")), {"role": "user", "content": "Again?"}, said(call("poll"))]
    after = [{"role": "user", "content": "Again?"}, said({**call("poll"), "id": "later"})]
    assert list(same_calls(before, after)) == []


def test_a_trimmed_message_in_front() -> None:
    before, after = [{**USER, "content": "Hello.\n"}, said(call("look"))], [USER, said(call("look"))]
    assert len(list(same_calls(before, after))) == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('{"b": 1, "a": "\\u00e9"}', '{"a": "é", "b": 1}'),
        ({"b": 1, "a": "é"}, '{"a": "é", "b": 1}'),
        ('{"a": 20.0, "b": 2e1, "c": 0.5}', '{"a": 20, "b": 20, "c": 0.5}'),
        ('{"a": ', None),
        ("9" * 5000, None),
        ("", None),
        (None, "null"),
    ],
)
def test_what_arguments_mean(arguments: Any, expected: str | None) -> None:
    assert arguments_meaning(arguments) == expected


def test_a_copy_without_a_key() -> None:
    look = call("look", index=0)
    chat = Chat([USER, said(look, {**CUSTOM, "index": 1})])
    assert without_key(chat, "index", inside=False) == replace(chat, messages=[USER, said(call("look"), CUSTOM)])
    inside = without_key(chat, "arguments", inside=True).messages[1]["tool_calls"][0]
    assert inside == {"id": "c-look", "type": "function", "function": {"name": "look"}, "index": 0}
    assert chat.messages[1]["tool_calls"][0] is look
