"""Telling the APIs apart, and what holds for all of them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import load
from promptlint.dialect import DIALECTS, chat, sniff
from promptlint.dialect.endpoints import other_endpoint, path_of
from promptlint.errors import InputError
from promptlint.model import Request
from promptlint.positions import keys, origin

CAPTURES = Path(__file__).parents[1] / "captures"
USER = {"role": "user", "content": "x"}
TOOL_RESULT = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1"}]}


@pytest.mark.parametrize(
    ("body", "dialect"),
    [
        ({"messages": [USER]}, "openai_chat"),
        ({"messages": [], "model": "m"}, "openai_chat"),
        ({"messages": [USER], "model": "claude-opus-4"}, "anthropic"),
        ({"messages": [USER], "system": "x"}, "anthropic"),
        ({"messages": [USER], "anthropic_version": "bedrock-2023-05-31"}, "anthropic"),
        ({"messages": [USER], "tools": [{"name": "f", "input_schema": {}}]}, "anthropic"),
        ({"messages": [TOOL_RESULT]}, "anthropic"),
        ({"messages": [{"role": "system", "content": "x"}, USER], "model": "claude-opus-4"}, "openai_chat"),
        ({"messages": [USER], "model": "claude-x", "tools": [{"type": "function", "function": {}}]}, "openai_chat"),
        ({"messages": [USER, {"role": "assistant", "tool_calls": []}], "model": "claude-x"}, "openai_chat"),
        ({"messages": [USER], "options": {}}, "ollama"),
        ({"messages": [USER], "keep_alive": 0}, "ollama"),
        ({"messages": [{"role": "tool", "content": "x", "tool_name": "f"}]}, "ollama"),
        ({"input": [USER]}, "openai_responses"),
        ({"input": [{"type": "function_call_output", "call_id": "1", "output": ""}]}, "openai_responses"),
        ({"input": "x", "instructions": "y"}, "openai_responses"),
        ({"input": "x", "previous_response_id": "y"}, "openai_responses"),
        ({"input": "x", "model": "text-embedding-3-small"}, None),
        ({"input": ["x", "y"], "model": "text-embedding-3-small"}, None),
        ({"input": [{"type": "text", "text": "x"}], "model": "omni-moderation-latest"}, None),
        ({"messages": [{"id": 1}]}, None),
        ({"messages": "x"}, None),
        ({"prompt": "x"}, None),
        ({"messages": [{"role": ["user"], "content": [{"type": {}}]}], "input": [{"type": []}]}, "openai_chat"),
        ([USER], None),
        ("x", None),
    ],
)
def test_without_an_address_the_shape_decides(body: Any, dialect: str | None) -> None:
    assert sniff(body, None) == dialect


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        ("https://api.openai.com/v1/chat/completions", "openai_chat"),
        ("https://x.azure.com/openai/deployments/gpt/chat/completions?api-version=1", "openai_chat"),
        ("https://generativelanguage.googleapis.com/v1beta/openai/chat/completions", "openai_chat"),
        ("/v1/responses", "openai_responses"),
        ("https://api.anthropic.com/v1/messages?beta=true", "anthropic"),
        ("http://localhost:11434/api/chat", "ollama"),
        ("http://[broken/anything", "anthropic"),  # no known path: the shape decides
        ("https://api.anthropic.com/v1/messages/count_tokens", None),
        ("https://api.openai.com/v1/responses/resp_1/cancel", None),
        ("https://api.openai.com/v1/threads/t/messages", None),
        ("https://api.openai.com/v1/embeddings", None),
        ("https://api.openai.com/v1/completions", None),
        ("https://api.openai.com/v1/models/gpt-5", None),
        ("https://h/v1beta/models/gemini:generateContent", None),
        ("https://bedrock/model/m/converse", None),
        ("https://api.cohere.com/v2/chat", None),
    ],
)
def test_the_address_decides_first(url: str, dialect: str | None) -> None:
    assert sniff({"messages": [USER], "system": "x"}, url) == dialect


def test_paths() -> None:
    assert path_of("https://h:1/v1/models/?q#f") == "/v1/models"
    assert other_endpoint("https://h/v1/chat/completions") is None
    assert other_endpoint("") is None


def value_at(body: Any, pointer: str) -> Any:
    for key in keys(pointer):
        body = body[int(key)] if isinstance(body, list) else body[key]
    return body


def strings(value: Any, pointer: str) -> Any:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from strings(member, f"{pointer}/{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from strings(item, f"{pointer}/{number}")
    elif isinstance(value, str):
        yield pointer, value


@pytest.mark.parametrize("name", ["openai-chat", "openai-responses", "anthropic", "ollama"])
def test_every_text_leads_back_to_where_it_came_from(name: str) -> None:
    request = load(str(CAPTURES / f"{name}.json")).requests[0]
    untouched = copy.deepcopy(request.body)
    found = chat(request)
    assert request.body == untouched
    followed = 0
    for pointer, text in [*strings(found.messages, "/messages"), *strings(found.tools, "/tools")]:
        if pointer.endswith(("/role", "/type")) or text.startswith("data:"):
            continue
        assert value_at(request.body, origin(pointer, found.origins)) == text
        followed += 1
    assert followed > 8


@pytest.mark.parametrize("name", sorted(DIALECTS))
@pytest.mark.parametrize(
    "body",
    [
        {"input": 7},
        {"messages": [None], "input": [None]},
        {"messages": [{"role": "user", "content": {}}], "input": [{"role": "user", "content": {}}]},
        {"messages": [{"role": "assistant", "content": [7]}], "input": [{"role": "assistant", "content": [7]}]},
        {"messages": [], "input": [], "tools": 7},
        {"messages": [], "input": [], "tools": [[]]},
    ],
    ids=json.dumps,
)
def test_other_shapes_are_input_errors_that_say_what_was_expected(name: str, body: Any) -> None:
    request = Request("a.json", None, "body", name, None, body)
    with pytest.raises(InputError, match=r"^/(messages|input|tools)\S* should be .*, not ") as caught:
        chat(request)
    assert caught.value.where == "a.json"
