"""What of a message counts when it is recognised again."""

from __future__ import annotations

import pytest

from promptlint.conversation.message import recognised
from promptlint.model import JsonObject

CALL = (("read", '{"path": "a"}'),)


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ({"tool_calls": [{"id": "c1", "function": {"name": "read", "arguments": '{"path":"a"}'}}]}, CALL),
        ({"tool_calls": [{"type": "custom", "custom": {"name": "read", "input": {"path": "a"}}}]}, CALL),
        ({"function_call": {"name": "read", "arguments": '{"path":"a"}'}}, CALL),
        ({"function_call": {"name": "read", "arguments": ""}}, (("read", "{}"),)),
        ({"function_call": {"name": "read", "arguments": '{"path":  "a'}}, (("read", '{"path": "a'),)),
        ({"tool_calls": [7], "function_call": None}, ()),
        ({"tool_calls": {}}, ()),
    ],
)
def test_calls_in_every_form(calls: JsonObject, found: tuple[tuple[str, str], ...]) -> None:
    assert recognised({"role": "assistant", "content": None, **calls}).calls == found
