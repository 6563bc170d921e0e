"""The hand-written captures give the one normal form; real recordings give the requests that their index counts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import load
from promptlint.dialect import chat
from promptlint.errors import InputError
from promptlint.model import Capture, Chat, JsonObject

pytestmark = pytest.mark.conformance
OURS = {"anthropic", "openai-chat", "openai-responses", "ollama"}
READ_NOW = {"vcrpy-yaml", "vcrpy-json", "har-json"}
LONGEST = 3.0  # seconds for one recording, the largest being 180 KB


def plain(message: JsonObject) -> JsonObject:
    """A message as expected.json spells it: one text instead of one text part, argument text instead of an object."""
    content = message["content"]
    if isinstance(content, list) and [part["type"] for part in content] == ["text"]:
        content = content[0]["text"]
    calls = [
        {**call, "type": "function", "function": {**call["function"], "arguments": argument_text(call)}}
        for call in message.get("tool_calls", ())
    ]
    return {**message, "content": content} | ({"tool_calls": calls} if calls else {})


def argument_text(call: JsonObject) -> str:
    arguments = call["function"]["arguments"]
    return arguments if isinstance(arguments, str) else json.dumps(arguments, separators=(",", ":"))


def without_ids(messages: list[JsonObject]) -> list[JsonObject]:
    copies = [{key: value for key, value in one.items() if key not in {"tool_call_id", "name"}} for one in messages]
    for message in copies:
        if "tool_calls" in message:
            message["tool_calls"] = [{**call, "id": None} for call in message["tool_calls"]]
    return copies


@pytest.mark.parametrize(
    ("pattern", "model", "cached"),
    [
        ("01-openai-chat.json", "qwen3.5-35b-a3b", None),
        ("02-openai-responses.json", "gpt-5.2-codex", None),
        ("03-anthropic-messages.json", "claude-sonnet-4-6", None),
        ("04-ollama-chat.json", "qwen3:32b", None),
        ("13-request_dump_*.json", "qwen3.5-35b-a3b", None),
        ("14-har.json", "qwen3.5-35b-a3b", 96),
        ("15-vcrpy.json", "qwen3.5-35b-a3b", 96),
        ("15-vcrpy.yaml", "qwen3.5-35b-a3b", 96),
        ("15-pydantic-ai-parsed-body.yaml", "qwen3.5-35b-a3b", 96),
    ],
)
def test_every_format_gives_the_same_conversation(pattern: str, model: str, cached: int | None, shared: Path) -> None:
    (path,) = (shared / "captures").glob(pattern)
    expected = json.loads((shared / "captures" / "expected.json").read_text(encoding="utf-8"))
    (request,) = load(str(path)).requests
    found = chat(request)
    messages, wanted = [plain(message) for message in found.messages], expected["messages"]
    if request.dialect in {"anthropic", "ollama"}:  # these have ids of their own, or none
        messages, wanted = without_ids(messages), without_ids(wanted)
    for message in messages:
        message["content"] = message["content"] or None  # Ollama has no null
    assert messages == wanted
    assert without_strict(found) == expected["tools"]
    assert (request.model, request.observed_cached_tokens) == (model, cached)
    assert found.limits == ()


def without_strict(found: Chat) -> list[JsonObject]:
    return [
        {**tool, "function": {key: value for key, value in tool["function"].items() if key != "strict"}}
        for tool in found.tools or ()
    ]


def recordings(data: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    index = data / "recordings" / "INDEX.jsonl"
    for line in index.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        yield entry, data / "recordings" / entry["path"]


def loaded(path: Path) -> Capture | None:
    """The capture, or None where the file is none; everything else that `load` may raise is a failure."""
    try:
        return load(str(path))
    except InputError:
        return None


def test_every_recording_is_read_or_refused_quickly(data: Path) -> None:
    slow = []
    for _, path in recordings(data):
        started = time.perf_counter()
        loaded(path)
        taken = time.perf_counter() - started
        slow += [(str(path), taken)] if taken > LONGEST else []
    assert slow == []


def test_the_counts_of_the_index(data: Path) -> None:
    compared, differences = 0, []
    for entry, path in recordings(data):
        apis = set(entry["api"])
        if entry["format"] not in READ_NOW:
            continue
        found = loaded(path)
        dialects = {request.dialect.replace("_", "-") for request in found.requests} if found else set()
        count = len(found.requests) if found else -1
        compared += 1
        right = apis == dialects and count == entry["n_llm_requests"] if apis <= OURS else dialects == apis & OURS
        differences += [] if right else [(entry["path"], entry["api"], entry["n_llm_requests"], count, dialects)]
    assert differences == []
    assert compared == 147


def test_recordings_of_other_kinds_are_called_by_their_names(data: Path) -> None:
    names = {
        "go-vcr-yaml": "a cassette of another recorder than vcrpy",
        "ruby/R-vcr-yaml": "a Ruby VCR cassette",
        "langchain-tests-requests/responses.yaml": "a cassette with two lists",
    }
    for entry, path in recordings(data):
        if entry["format"] in names:
            with pytest.raises(InputError, match=names[entry["format"]]):
                load(str(path))
