from __future__ import annotations

from typing import Any

import pytest

from promptlint.dialect import cohere
from promptlint.dialect.shape import ShapeError
from promptlint.positions import origin

CALL = {"name": "read_file", "parameters": {"path": "plants.txt"}}
FIRST = {"message": "What does plants.txt say?", "preamble": "Be brief.", "documents": None}
PAST = [
    {"role": "USER", "message": "What does plants.txt say?"},
    {"role": "CHATBOT", "message": "Let me look.", "tool_calls": [CALL]},
    {"role": "TOOL", "tool_results": [{"call": CALL, "outputs": [{"text": "rose"}, {"text": "thyme"}]}]},
    {"role": "Chatbot", "message": "Rose and thyme."},
]


def test_the_first_version_has_the_last_message_beside_the_history() -> None:
    found = cohere.normalise({**FIRST, "chat_history": PAST, "message": "Which smells better?"})
    call = {"name": "read_file", "arguments": {"path": "plants.txt"}}
    assert found.messages == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What does plants.txt say?"},
        {
            "role": "assistant",
            "content": "Let me look.",
            "tool_calls": [{"type": "function", "function": call}],
        },
        {
            "role": "tool",
            "name": "read_file",
            "content": [{"type": "text", "text": '{"text":"rose"}'}, {"type": "text", "text": '{"text":"thyme"}'}],
        },
        {"role": "assistant", "content": "Rose and thyme."},
        {"role": "user", "content": "Which smells better?"},
    ]
    assert (found.parameters, found.limits) == ({}, ())


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/messages/0/content", "/preamble"),
        ("/messages/1/content", "/chat_history/0/message"),
        ("/messages/2/tool_calls/0/function/arguments/path", "/chat_history/1/tool_calls/0/parameters/path"),
        ("/messages/3/content/1/text", "/chat_history/2/tool_results/0/outputs/1"),
        ("/messages/3/name", "/chat_history/2/tool_results/0/call/name"),
        ("/messages/5/content", "/message"),
    ],
)
def test_each_value_leads_back_to_its_place(pointer: str, place: str) -> None:
    found = cohere.normalise({**FIRST, "chat_history": PAST, "message": "Which smells better?"})
    assert origin(pointer, found.origins) == place


def test_the_message_that_moves_into_the_history_stays_what_it_is() -> None:
    first = cohere.normalise(FIRST)
    second = cohere.normalise({**FIRST, "chat_history": PAST[:1], "message": "And now?", "documents": []})
    assert second.messages[: len(first.messages)] == first.messages
    assert second.parameters == first.parameters


def test_results_behind_a_call_need_no_message() -> None:
    results = [{"call": CALL, "outputs": [{"text": "rose"}]}]
    found = cohere.normalise({"message": "", "chat_history": PAST[:2], "tool_results": results})
    assert [one["role"] for one in found.messages] == ["user", "assistant", "tool"]
    asked = cohere.normalise({"message": "What is there?", "tool_results": results})
    assert [one["role"] for one in asked.messages] == ["user", "tool"]
    assert origin("/messages/1/content/0/text", asked.origins) == "/tool_results/0/outputs/0"


def test_parameter_definitions_are_a_schema() -> None:
    definitions = {"path": {"type": "str", "required": True}, "lines": {"type": "int"}, "all": None}
    found = cohere.normalise({"message": "x", "tools": [{"name": "f", "parameter_definitions": definitions}]})
    schema = (found.tools or ())[0]["function"]["parameters"]
    assert schema["properties"] == {"path": {"type": "str"}, "lines": {"type": "int"}, "all": {}}
    assert schema["required"] == ["path"]
    place = origin("/tools/0/function/parameters/properties/path/type", found.origins)
    assert place == "/tools/0/parameter_definitions/path/type"


def test_the_second_version_has_messages() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    thinking = {"type": "thinking", "thinking": "hm"}
    documents = [
        {"type": "document", "document": {"data": "rose", "id": "0"}},
        {"type": "document", "document": {"data": {"a": 1}}},
        {"type": "text", "text": "thyme"},
        {"type": "image_url", "image_url": {"url": "https://h/i.png"}},
        {"type": "audio"},
    ]
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "assistant", "tool_plan": "I will look.", "tool_calls": [call], "citations": []},
        {"role": "tool", "tool_call_id": "c", "content": documents},
        {"role": "assistant", "content": [thinking, {"type": "text", "text": "Rose."}]},
    ]
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    found = cohere.normalise({"messages": messages, "tools": [tool], "safety_mode": "OFF"})
    assert found.messages[1] == {"role": "assistant", "tool_calls": [call], "reasoning_content": "I will look."}
    assert [part.get("text") for part in found.messages[2]["content"]] == [
        "rose",
        '{"a":1}',
        "thyme",
        None,
        '{"type":"audio"}',
    ]
    assert found.messages[3] == {
        "role": "assistant",
        "content": [{"type": "text", "text": "Rose."}],
        "reasoning_content": "hm",
    }
    assert found.tools == [tool]
    assert origin("/messages/1/reasoning_content", found.origins) == "/messages/1/tool_plan"
    assert origin("/messages/2/content/0/text", found.origins) == "/messages/2/content/0/document/data"
    assert origin("/messages/3/content/0/text", found.origins) == "/messages/3/content/1/text"
    assert origin("/tools/0/function/name", found.origins) == "/tools/0/function/name"
    assert [limit.split(":")[0] for limit in found.limits] == ["parts of type audio are shown as their JSON text"]


def test_what_is_not_in_the_request_is_a_limit() -> None:
    found = cohere.normalise({"message": "x", "conversation_id": "1", "documents": [{"title": "t"}]})
    assert [limit.split()[0] for limit in found.limits] == ["the", "where"]


@pytest.mark.parametrize(
    "body",
    [
        {"message": 7},
        {"message": "x", "preamble": 7},
        {"message": "x", "chat_history": 7},
        {"message": "x", "chat_history": [{"message": "x"}]},
        {"message": "x", "chat_history": [{"role": "USER", "message": 7}]},
        {"message": "x", "tool_results": [{"call": 7}]},
        {"message": "x", "tools": [{}]},
        {"message": "x", "tools": [{"name": "f", "parameter_definitions": {"a": 7}}]},
        {"messages": [{"role": "user", "content": 7}]},
        {"messages": [{"role": "assistant", "tool_plan": 7}]},
    ],
)
def test_other_shapes_are_refused(body: Any) -> None:
    with pytest.raises(ShapeError, match="should be"):
        cohere.normalise(body)
