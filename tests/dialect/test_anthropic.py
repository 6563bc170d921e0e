from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import load
from promptlint.dialect import anthropic, chat
from promptlint.model import Chat
from promptlint.positions import origin

CAPTURE = Path(__file__).parents[1] / "captures" / "anthropic.json"


def of(*messages: Any, **body: Any) -> Chat:
    return anthropic.normalise({"messages": list(messages), **body})


def test_the_whole_form() -> None:
    found = chat(load(str(CAPTURE)).requests[0])
    call = {"name": "read_file", "arguments": {"path": "plants.txt"}}
    assert found.messages == [
        {"role": "system", "content": [{"type": "text", "text": "You are a terse gardener's assistant."}]},
        {"role": "user", "content": "What does plants.txt say?"},
        {
            "role": "assistant",
            "content": [{"type": "text", "text": "Let me look."}],
            "reasoning_content": "The file must be read.",
            "tool_calls": [{"id": "toolu_7", "type": "function", "function": call}],
        },
        {"role": "tool", "tool_call_id": "toolu_7", "content": [{"type": "text", "text": "rose\nthyme\n"}]},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Which one smells better?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}},
            ],
        },
    ]
    assert [tool["function"]["name"] for tool in found.tools or ()] == ["read_file"]
    assert list((found.tools or ())[0]["function"]) == ["name", "description", "parameters"]
    assert found.parameters == {
        "model": "claude-sonnet-4-6",
        "max_tokens": 512,
        "thinking": {"type": "enabled", "budget_tokens": 1024},
    }
    assert found.limits == ()


def test_no_trace_of_cache_control() -> None:
    marked = {"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}
    search = {"type": "web_search_20250305", "name": "web_search", "cache_control": {"type": "ephemeral"}}
    found = of({"role": "user", "content": [marked]}, system=[marked], tools=[search], cache_control={})
    assert "cache_control" not in repr((found.messages, found.tools, found.parameters))


@pytest.mark.parametrize("system", ["", [], None])
def test_an_empty_system_is_no_message(system: Any) -> None:
    assert [message["role"] for message in of({"role": "user", "content": "x"}, system=system).messages] == ["user"]


def test_a_tool_without_a_schema_is_kept_with_its_settings_and_a_limit() -> None:
    tools = [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]
    found = of(tools=tools)
    assert found.tools == [
        {
            "type": "function",
            "function": {
                "name": "web_search",
                "description": '{"type":"web_search_20250305","name":"web_search","max_uses":3}',
                "parameters": {"type": "object", "properties": {}},
            },
        }
    ]
    assert "web_search_20250305" in found.limits[0]


@pytest.mark.parametrize(
    ("blocks", "limit"),
    [
        ([{"type": "redacted_thinking", "data": "x"}], "blocks of type redacted_thinking are shown as their JSON text"),
        ([{"type": "document", "source": {}}], "a document is shown by a fingerprint of its content"),
        ([{"no": "type"}], "blocks of type untyped are shown as their JSON text"),
        (
            [{"type": "tool_use", "name": "f"}, {"type": "text", "text": "x"}],
            "text behind a tool call",
        ),
        ([{"type": "thinking", "thinking": "a"}, {"type": "thinking", "thinking": "b"}], "several thinking blocks"),
    ],
)
def test_what_the_form_cannot_hold_is_said(blocks: Any, limit: str) -> None:
    (said,) = of({"role": "assistant", "content": blocks}).limits
    assert said.startswith(limit)


def test_unknown_blocks_change_the_form_when_they_change() -> None:
    one, other = (of({"role": "user", "content": [{"type": "new", "data": data}]}).messages for data in "ab")
    assert one != other


def test_errors_of_tools_are_a_limit_and_empty_results_are_empty_text() -> None:
    found = of({"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "is_error": True}]})
    assert found.messages == [{"role": "tool", "tool_call_id": "1", "content": ""}]
    assert found.limits == ("is_error of a tool result has no place in a chat message",)


def test_several_thoughts_are_joined_and_lead_back_to_the_content() -> None:
    thoughts = [{"type": "thinking", "thinking": text} for text in ("a", "b")]
    found = of({"role": "assistant", "content": thoughts})
    assert found.messages[0]["reasoning_content"] == "a\nb"
    assert found.origins["/messages/0/reasoning_content"] == "/messages/0/content"


@pytest.mark.parametrize(
    ("source", "url"),
    [({"type": "url", "url": "http://x"}, "http://x"), ({"type": "file", "file_id": "f"}, "f"), (None, None)],
)
def test_images_by_reference(source: Any, url: Any) -> None:
    part = of({"role": "user", "content": [{"type": "image", "source": source}]}).messages[0]["content"][0]
    assert part == {"type": "image_url", "image_url": {"url": url}}


def test_empty_content_stays_empty() -> None:
    assert of({"role": "user", "content": []}).messages == [{"role": "user", "content": []}]
    assert of({"role": "assistant", "content": []}).messages == [{"role": "assistant", "content": []}]
    assert of({"role": "assistant", "content": None}).messages == [{"role": "assistant", "content": None}]


@pytest.mark.parametrize(
    ("source", "member"),
    [
        ({"type": "base64", "media_type": "image/png", "data": "aGk="}, "/data"),
        ({"type": "url", "url": "https://h/i.png"}, "/url"),
        ({"type": "file", "file_id": "f1"}, "/file_id"),
        (None, ""),
    ],
)
def test_an_image_leads_back_to_its_data(source: Any, member: str) -> None:
    image = {"type": "image", "source": source}
    result = {"type": "tool_result", "tool_use_id": "1", "content": [{"type": "text", "text": "x"}, image]}
    found = of({"role": "user", "content": [result, image]})
    at = f"/messages/0/content/0/content/1/source{member}"
    assert origin("/messages/0/content/1/image_url/url", found.origins) == at
    assert origin("/messages/1/content/0/image_url/url", found.origins) == f"/messages/0/content/1/source{member}"
