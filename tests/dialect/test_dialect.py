"""Telling the APIs apart, and what holds for all of them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import load
from promptlint.dialect import DIALECTS, chat, sniff
from promptlint.dialect.endpoints import model_of, other_endpoint, path_of
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
        ({"contents": [{"role": "user", "parts": [{"text": "x"}]}]}, "gemini"),
        ({"contents": {"parts": [{"text": "x"}]}, "generationConfig": {}}, "gemini"),
        ({"model": "gemini-x", "contents": "x"}, "gemini"),
        ({"model": "m", "contents": ["x", "y"], "config": {"temperature": 0}}, "gemini"),
        ({"model": "m", "request": {"contents": [{"parts": [{"text": "x"}]}]}}, "gemini"),
        ({"contents": "x", "path": "a.txt"}, None),
        ({"query": "x", "contents": {"text": True}}, None),
        ({"contents": [{"parts": [{"text": "x"}]}], "ttl": "60s", "model": "gemini-x"}, None),  # to be stored
        ({"contents": ["x"], "model": "gemini-embedding-001"}, None),
        ({"content": {"parts": [{"text": "x"}]}}, None),  # to be embedded
        ({"candidates": [{"content": {"parts": [{"text": "x"}]}}], "usageMetadata": {}}, None),
        ({"messages": [{"role": "user", "content": [{"text": "x"}]}]}, "bedrock_converse"),
        ({"messages": [{"role": "user", "content": [{"text": "x"}]}], "system": [{"text": "y"}]}, "bedrock_converse"),
        ({"messages": [USER], "inferenceConfig": {}}, "bedrock_converse"),
        ({"messages": [USER], "system": "x", "metadata": {}, "extra": 1}, "anthropic"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}], "seed": 1}, "openai_chat"),
        ({"message": "x", "chat_history": []}, "cohere"),
        ({"message": "x", "model": "command-r"}, "cohere"),
        ({"message": "x", "level": "info"}, None),
        ({"text": "x", "generation_id": "g", "message": "x", "chat_history": []}, None),
        ({"messages": [USER, {"role": "assistant", "tool_plan": "x"}]}, "cohere"),
        ({"messages": [USER], "model": "command-r"}, "openai_chat"),
        ({"messages": [{"speaker": "human", "text": "x"}]}, "cody"),
        ({"messages": [{"speaker": "human", "text": "x", "role": "user"}]}, "openai_chat"),
        ({"prompt": "x", "n_predict": 7}, "completion"),
        ({"prompt": ["x"], "model": "m", "max_tokens": 7}, "completion"),
        ({"prompt": [1, 2], "model": "m", "temperature": 0}, "completion"),
        ({"prompt": {"prompt_string": "x"}, "cache_prompt": True}, "completion"),
        ({"inputText": "x", "textGenerationConfig": {}}, "completion"),
        ({"inputText": "x", "dimensions": 256}, None),
        ({"prompt": "x", "size": "1024x1024", "n": 1}, None),
        ({"prompt": "x", "model": "gpt-image-1", "stream": True}, None),
        ({"prompt": "x", "model": "m", "n": 1}, None),
        ({"prompt": "x", "width": 64, "seed": 1, "stream": False}, None),
        ({"version": "abc", "input": {"prompt": "x", "max_tokens": 7}}, None),
        ({"prompt": "x", "model": "m", "options": {}}, "ollama"),
        ({"prompt": "x", "model": "m", "raw": True}, "ollama"),
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
        ("https://api.openai.com/v1/completions", "completion"),
        ("http://localhost:8080/completion", "completion"),
        ("https://x.azure.com/openai/deployments/d/completions?api-version=1", "completion"),
        ("https://x.azure.com/models/chat/completions", "openai_chat"),
        ("http://localhost:11434/api/generate", "ollama"),
        ("https://h/.api/completions/stream?api-version=8", "cody"),
        ("https://h/.api/completions/code", "cody"),
        ("http://localhost:8080/infill", None),
        ("https://api.openai.com/v1/images/generations", None),
        ("https://api.replicate.com/v1/models/o/m/predictions", None),
        ("https://api.cohere.com/v1/rerank", None),
        ("https://api.cohere.com/v1/classify", None),
        ("https://api.openai.com/v1/models/gpt-5", None),
        ("https://h/v1beta/models/gemini:generateContent", "gemini"),
        ("https://h/v1beta/models/gemini:streamGenerateContent?alt=sse", "gemini"),
        ("https://h/v1/projects/p/locations/l/publishers/google/models/gemini:generateContent", "gemini"),
        ("https://h/v1/projects/p/locations/l/publishers/anthropic/models/claude:streamRawPredict", "anthropic"),
        ("https://h/v1/projects/p/locations/l/publishers/google/models/imagen:predict", None),
        ("https://h/v1beta/models/gemini:countTokens", None),
        ("https://h/v1beta/models/gemini:embedContent", None),
        ("https://h/v1beta/models/gemini:predictLongRunning", None),
        ("https://h/v1beta/cachedContents", None),
        ("https://h/v1beta/cachedContents/c1", None),
        ("https://h/v1beta/models/veo/operations/o1", None),
        ("https://bedrock/model/m/converse", "bedrock_converse"),
        ("https://bedrock/model/us.amazon.nova-lite-v1%3A0/converse-stream", "bedrock_converse"),
        ("https://bedrock/model/anthropic.claude-v1:0/invoke-with-response-stream", "anthropic"),
        ("https://bedrock/model/amazon.titan-embed-text-v2:0/invoke", None),
        ("https://bedrock/model/stability.sd3-large-v1:0/invoke", None),
        ("https://api.cohere.com/v1/chat", "cohere"),
        ("https://api.cohere.com/v2/chat", "cohere"),
    ],
)
def test_the_address_decides_first(url: str, dialect: str | None) -> None:
    assert sniff({"messages": [USER], "system": "x"}, url) == dialect


def test_paths() -> None:
    assert path_of("https://h:1/v1/models/?q#f") == "/v1/models"
    assert other_endpoint("https://h/v1/chat/completions") is None
    assert other_endpoint("") is None


@pytest.mark.parametrize(
    ("url", "model"),
    [
        ("https://h/v1beta/models/gemini-3-pro:generateContent?key=k", "gemini-3-pro"),
        ("https://h/v1/projects/p/locations/l/publishers/anthropic/models/claude-x@2026:rawPredict", "claude-x@2026"),
        ("https://h/v1/projects/p/locations/l/endpoints/77:generateContent", "77"),
        ("https://bedrock/model/us.amazon.nova-lite-v1%3A0/converse", "us.amazon.nova-lite-v1:0"),
        ("https://bedrock/model/arn%3Aaws%3Abedrock%3Aeu%3A7%3Ainference-profile%2Feu.nova/invoke", "eu.nova"),
        ("https://bedrock/model/arn:aws:bedrock:eu:7:inference-profile/eu.nova/converse-stream", "eu.nova"),
        ("https://x.azure.com/openai/deployments/my-gpt/chat/completions", "my-gpt"),
        ("https://api.openai.com/v1/engines/davinci/completions", "davinci"),
        ("https://api.openai.com/v1/chat/completions", None),
        ("https://bedrock/model//converse", None),
        ("https://[h/model/" + "x/model/" * 5000, None),
    ],
    ids=lambda value: str(value)[:60],
)
def test_the_model_of_an_address(url: str, model: str | None) -> None:
    assert model_of(url) == model


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


@pytest.mark.parametrize(
    "name", ["openai-chat", "openai-responses", "anthropic", "ollama", "gemini", "bedrock-converse"]
)
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
    ],
    ids=json.dumps,
)
def test_other_shapes_are_input_errors_that_say_what_was_expected(name: str, body: Any) -> None:
    refused(name, body)


@pytest.mark.parametrize("name", sorted(DIALECTS.keys() - {"bedrock_converse", "cody", "completion"}))
@pytest.mark.parametrize("tools", [7, [[]]], ids=json.dumps)
def test_so_are_other_shapes_of_tools(name: str, tools: Any) -> None:
    refused(name, {"messages": [], "input": [], "contents": [], "tools": tools})


def refused(name: str, body: Any) -> None:
    request = Request("a.json", None, "body", name, None, body)
    with pytest.raises(InputError, match=r"^/(messages|input|tools|contents|prompt)\S* should be .*, not ") as caught:
        chat(request)
    assert caught.value.where == "a.json"
