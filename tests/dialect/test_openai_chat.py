from __future__ import annotations

from typing import Any

from promptlint.dialect import openai_chat


def test_messages_and_tools_are_the_very_same_objects() -> None:
    body: dict[str, Any] = {
        "model": "m",
        "messages": [{"role": "user", "content": ["x", {"type": "text", "text": "y", "odd": 1}], "unknown": []}],
        "tools": [{"anything": 1}],
        "functions": [{"name": "old"}],
        "reasoning_effort": "low",
    }
    found = openai_chat.normalise(body)
    assert found.messages is body["messages"]
    assert found.tools is body["tools"]
    assert found.parameters == {"model": "m", "functions": [{"name": "old"}], "reasoning_effort": "low"}
    assert (found.origins, found.limits) == ({}, ())


def test_no_tools_and_an_empty_list_of_tools_are_two_things() -> None:
    assert openai_chat.normalise({"messages": []}).tools is None
    assert openai_chat.normalise({"messages": [], "tools": None}).tools is None
    assert openai_chat.normalise({"messages": [], "tools": []}).tools == []
