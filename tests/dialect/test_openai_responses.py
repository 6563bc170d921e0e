from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import load
from promptlint.dialect import chat, openai_responses
from promptlint.model import Chat, JsonObject

CAPTURE = Path(__file__).parents[1] / "captures" / "openai-responses.json"


def of(*items: Any, **body: Any) -> Chat:
    return openai_responses.normalise({"input": list(items), **body})


def call(name: str) -> JsonObject:
    return {"type": "function_call", "call_id": f"c{name}", "name": name, "arguments": "{}"}


def test_the_whole_form() -> None:
    found = chat(load(str(CAPTURE)).requests[0])
    arguments = [('{"path": "plants.txt"}', "call_7"), ('{"path": "soil.txt"}', "call_8")]
    assert found.messages == [
        {"role": "system", "content": "You are a terse gardener's assistant."},
        {"role": "user", "content": "What does plants.txt say?"},
        {
            "role": "assistant",
            "content": None,
            "reasoning_content": "The file must be read.",
            "tool_calls": [
                {"id": name, "type": "function", "function": {"name": "read_file", "arguments": text}}
                for text, name in arguments
            ],
        },
        {"role": "tool", "tool_call_id": "call_7", "content": "rose\nthyme\n"},
        {"role": "tool", "tool_call_id": "call_8", "content": "clay\n"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Which one smells better?"},
                {"type": "image_url", "image_url": {"url": "https://plants.example/rose.png"}},
            ],
        },
    ]
    assert list((found.tools or ())[0]["function"]) == ["name", "description", "parameters", "strict"]
    assert found.parameters == {
        "model": "gpt-5-mini",
        "reasoning_effort": "low",
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}},
    }
    assert found.origins["/reasoning_effort"] == "/reasoning/effort"
    assert found.limits == ()


def test_a_bare_text_is_a_user_message() -> None:
    found = openai_responses.normalise({"input": "hi"})
    assert found.messages == [{"role": "user", "content": "hi"}]
    assert found.origins["/messages/0/content"] == "/input"


@pytest.mark.parametrize(
    ("items", "roles"),
    [
        ([call("a"), call("b")], [("assistant", 2)]),
        ([{"role": "assistant", "content": "x"}, call("a"), call("b")], [("assistant", 2)]),
        ([call("a"), {"role": "assistant", "content": "x"}], [("assistant", 1), ("assistant", 0)]),
        ([{"role": "assistant", "content": "x"}] * 2, [("assistant", 0), ("assistant", 0)]),
        ([{"type": "reasoning", "summary": []}, {"role": "assistant", "content": "x"}, call("a")], [("assistant", 1)]),
        ([call("a"), {"type": "reasoning", "summary": []}, call("b")], [("assistant", 1), ("assistant", 1)]),
        ([call("a"), {"role": "user", "content": "x"}, call("b")], [("assistant", 1), ("user", 0), ("assistant", 1)]),
    ],
)
def test_which_items_make_one_assistant_message(items: list[JsonObject], roles: list[tuple[str, int]]) -> None:
    assert [(message["role"], len(message.get("tool_calls", ()))) for message in of(*items).messages] == roles


def test_free_text_calls_have_one_argument() -> None:
    custom = {"type": "custom_tool_call", "call_id": "1", "name": "patch", "input": "*** Begin"}
    found = of(custom, {"type": "custom_tool_call_output", "call_id": "1", "output": "done"})
    assert found.messages[0]["tool_calls"][0]["function"] == {"name": "patch", "arguments": {"input": "*** Begin"}}
    assert found.messages[1] == {"role": "tool", "tool_call_id": "1", "content": "done"}
    assert found.origins["/messages/0/tool_calls/0/function/arguments"] == "/input/0"


def test_reasoning_text_counts_before_its_summary() -> None:
    text, summary = [{"type": "reasoning_text", "text": "long"}], [{"type": "summary_text", "text": "short"}]
    found = of({"type": "reasoning", "content": text, "summary": summary, "encrypted_content": "x"})
    assert found.messages[0]["reasoning_content"] == "long"
    assert found.limits == ("encrypted reasoning cannot be read",)


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        ({"previous_response_id": "r"}, "the prefix is on the server (previous_response_id)"),
        ({"conversation": "c"}, "the prefix is on the server (conversation)"),
        ({"prompt": {"id": "p"}}, "the prompt template is on the server"),
        ({"input": None}, "no input: the prompt is on the server"),
        ({"tools": [{"type": "web_search"}]}, "a tool of type web_search has no schema"),
        (
            {"input": [{"type": "web_search_call", "id": "w"}]},
            "items of type web_search_call are shown",
        ),
        ({"input": [{"no": "type"}]}, "items of type untyped are shown"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "f"}]}]},
            "parts of type input_file are shown as their JSON text",
        ),
    ],
)
def test_what_the_form_cannot_hold_is_said(body: Any, limit: str) -> None:
    (said,) = openai_responses.normalise({"input": [], **body}).limits
    assert said.startswith(limit)


def test_null_means_not_there() -> None:
    found = openai_responses.normalise({"input": [], "previous_response_id": None, "instructions": None, "text": None})
    assert (found.messages, found.limits) == ([], ())


def test_a_refusal_stays_one() -> None:
    found = of({"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]})
    assert found.messages == [{"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}]
    assert found.limits == ()
