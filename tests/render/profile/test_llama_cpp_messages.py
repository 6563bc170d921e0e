from __future__ import annotations

from typing import Any

import pytest

from promptlint.errors import TemplateError
from promptlint.render.profile.llama_cpp_messages import joined, rebuilt_messages, rebuilt_tools, trimmed


def call(**changes: Any) -> dict[str, Any]:
    return {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}, **changes}


def rebuilt(message: Any) -> dict[str, Any]:
    return rebuilt_messages([message])[0]


def test_row_1_a_tool_without_description_has_an_empty_one() -> None:
    tool = {"type": "function", "function": {"name": "f"}}
    function = {"name": "f", "description": "", "parameters": {}}
    assert rebuilt_tools([tool]) == [{"type": "function", "function": function}]


def test_row_2_tools_have_their_keys_in_one_order_and_no_others() -> None:
    parameters = {"z": 1, "a": 2}
    function = {"strict": True, "parameters": parameters, "description": "d", "name": "f"}
    tool = rebuilt_tools([{"function": function, "cache_control": {}, "type": "function"}])[0]
    assert list(tool) == ["type", "function"]
    assert list(tool["function"]) == ["name", "description", "parameters"]
    assert list(tool["function"]["parameters"]) == ["z", "a"]
    assert rebuilt_tools(None) == []


@pytest.mark.parametrize("content", [None, "", []])
def test_row_5_no_content_is_empty_text(content: Any) -> None:
    assert rebuilt({"role": "user", "content": content})["content"] == ""
    assert rebuilt({"role": "assistant", "tool_calls": [call()]})["content"] == ""


def test_row_8_reasoning_has_one_name() -> None:
    message = {"role": "assistant", "content": "a", "reasoning": "r", "thinking": "t", "reasoning_content": "c"}
    assert rebuilt(message) == {"role": "assistant", "content": "a", "reasoning_content": "c"}
    assert "reasoning_content" not in rebuilt({"role": "assistant", "content": "a", "reasoning_content": ""})


def test_row_9_unknown_keys_are_lost_and_the_others_ordered() -> None:
    known = {"tool_calls": [call(index=0)], "tool_call_id": "t", "name": "n", "reasoning_content": "r"}
    message = rebuilt({"x": 1, **known, "content": "c", "role": "assistant"})
    assert list(message) == ["role", "content", "reasoning_content", "name", "tool_call_id", "tool_calls"]
    assert list(message["tool_calls"][0]) == ["type", "function", "id"]


def test_row_4_a_call_has_its_name_before_its_arguments() -> None:
    function = {"arguments": {"b": 1.0, "a": "é"}, "name": "f"}
    made = rebuilt({"role": "assistant", "tool_calls": [call(function=function, id=None)]})["tool_calls"]
    assert made == [{"type": "function", "function": {"name": "f", "arguments": '{"b":1.0,"a":"é"}'}}]
    assert list(made[0]["function"]) == ["name", "arguments"]


def test_text_parts_keep_text_and_type_only() -> None:
    parts = [{"type": "text", "text": "a", "cache_control": {}}]
    assert rebuilt({"role": "user", "content": parts})["content"] == [{"type": "text", "text": "a"}]


def test_media_stand_without_lines_of_their_own() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    text = [{"type": "text", "text": name} for name in "abc"]
    content = rebuilt({"role": "user", "content": [text[0], text[1], image, text[2]]})["content"]
    before, mark, after = content.partition("<image:")
    assert (before, mark) == ("a\nb", "<image:")
    assert after.endswith(">c")


def test_parts_are_joined_with_a_line_break() -> None:
    assert joined([{"type": "text", "text": text} for text in ("", "a", "b")]) == "a\nb"


@pytest.mark.parametrize(
    ("message", "said", "kind"),
    [
        ("text", "to be an object", "server_error"),
        ({"content": "a"}, "Missing 'role'", "server_error"),
        ({"role": "user"}, "must contain 'content'", "invalid_request_error"),
        ({"role": "assistant"}, "either 'content' or 'tool_calls'", "invalid_request_error"),
        ({"role": "user", "content": 1}, "string or an array", "invalid_request_error"),
        ({"role": "user", "content": ["a"]}, "unsupported content", "invalid_request_error"),
        ({"role": "user", "content": [{"type": "file"}]}, "unsupported content", "invalid_request_error"),
        ({"role": "user", "content": [{"type": "text"}]}, "'text' of a content part", "server_error"),
        ({"role": "user", "content": "a", "name": 1}, "'name' must be a string", "server_error"),
        ({"role": "assistant", "tool_calls": [{}]}, "Missing tool call type", "server_error"),
        ({"role": "assistant", "tool_calls": [call(type="x")]}, "Unsupported tool call type", "server_error"),
        ({"role": "assistant", "tool_calls": [call(function=None)]}, "Missing tool call function", "server_error"),
        ({"role": "assistant", "tool_calls": [call(function={})]}, "Missing tool call name", "server_error"),
        ({"role": "assistant", "tool_calls": [call(function={"name": "f"})]}, "'arguments' not found", "server_error"),
    ],
)
def test_messages_that_the_server_answers_with_an_error(message: Any, said: str, kind: str) -> None:
    with pytest.raises(TemplateError, match=said) as caught:
        rebuilt(message)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("t", "Missing tool type"),
        ({"type": "web_search"}, "Unsupported tool type"),
        ({"type": "function"}, "Missing tool function"),
        ({"type": "function", "function": {}}, "'name' not found"),
    ],
)
def test_tools_that_the_server_answers_with_an_error(tool: Any, said: str) -> None:
    with pytest.raises(TemplateError, match=said):
        rebuilt_tools([tool])


def test_trimming_takes_in_every_text() -> None:
    parts = [{"type": "text", "text": " p\n"}]
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "\n a "},
        {"role": "user", "content": parts},
        {"role": "assistant", "content": "", "reasoning_content": " r "},
        {"role": "assistant", "content": "", "reasoning_content": " \n"},
    ]
    first, second, third, fourth = trimmed(messages)
    assert first["content"] == "a"
    assert second["content"] == [{"type": "text", "text": "p"}]
    assert third["reasoning_content"] == "r"
    assert "reasoning_content" not in fourth
    assert messages[0]["content"] == "\n a "
