"""The hand-written captures give the one normal form; real recordings give the requests that their index counts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import load
from promptlint.conversation import group
from promptlint.dialect import chat
from promptlint.errors import InputError
from promptlint.model import Capture, Chat, JsonObject, Turn

pytestmark = pytest.mark.conformance
OURS = {"anthropic", "openai-chat", "openai-responses", "ollama"}
# The index names containers by their families, and what is none of them "other".
FORMATS = {
    "vcrpy-yaml": {"vcrpy"},
    "go-vcr-yaml": {"go-vcr"},
    "ruby/R-vcr-yaml": {"ruby-vcr"},
    "har-json": {"har", "polly"},
    "har-yaml(polly)": {"polly"},
    "httprr": {"httprr"},
    "langchain-tests-requests/responses.yaml": {"two-lists"},
    "vcr-single-json": {"recorded-calls"},
    "other-yaml:interactions": {"keyed-calls"},
}
# Where we count otherwise than the index, our count, and why.
OTHERWISE = {
    "tidyverse+ellmer/tests/testthat/_vcr/openai-count-tokens.yml": (1, "five of the six only count tokens"),
}
# Where the index sees a conversation and we see none: the part of the path that tells it, and why.
NOT_MULTI_TURN = {"openai_conversation_id_auto_respects": "the history is on the server, and not in the second request"}
WITHOUT_TOOLS = {"12-openclaw-cache-trace.jsonl", "20-promptfoo-results.json"}
CUT_SHORT = {"12-openclaw-cache-trace.jsonl": 2}  # messages in the example
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
        ("07-litellm-debug.log", "qwen3.5-35b-a3b", None),
        ("07-litellm-standard-logging.json", "qwen3.5-35b-a3b", 96),
        ("08-claude-trace.jsonl", "claude-sonnet-4-6", 96),
        ("12-openclaw-cache-trace.jsonl", "qwen3.5-35b-a3b", None),
        ("16-otlp-span.json", "qwen3.5-35b-a3b", 96),
        ("17-langfuse-observations.jsonl", "qwen3.5-35b-a3b", 96),
        ("18-openai-batch.jsonl", "qwen3.5-35b-a3b", None),
        ("19-helicone.jsonl", "qwen3.5-35b-a3b", 96),
        ("20-promptfoo-results.json", "qwen3.5-35b-a3b", None),
    ],
)
def test_every_format_gives_the_same_conversation(pattern: str, model: str, cached: int | None, shared: Path) -> None:
    (path,) = (shared / "captures").glob(pattern)
    expected = json.loads((shared / "captures" / "expected.json").read_text(encoding="utf-8"))
    (request,) = load(str(path)).requests
    found = chat(request)
    messages, wanted = [plain(message) for message in found.messages], expected["messages"]
    if pattern in CUT_SHORT:
        wanted = wanted[: CUT_SHORT[pattern]]
    if request.dialect in {"anthropic", "ollama"}:  # these have ids of their own, or none
        messages, wanted = without_ids(messages), without_ids(wanted)
    for message in messages:
        message["content"] = message["content"] or None  # Ollama has no null
    assert messages == wanted
    assert without_strict(found) == ([] if pattern in WITHOUT_TOOLS else expected["tools"])
    assert (request.model, request.observed_cached_tokens) == (model, cached)
    assert found.limits == ()


@pytest.mark.parametrize("name", ["05-llamacpp-completion.json", "06-vllm-request.log"])
def test_rendered_prompts_hold_the_text_of_the_conversation(name: str, shared: Path) -> None:
    expected = json.loads((shared / "captures" / "expected.json").read_text(encoding="utf-8"))
    (request,) = load(str(shared / "captures" / name)).requests
    rendered = chat(request).rendered
    assert isinstance(rendered, str)
    assert all(message["content"] in rendered for message in expected["messages"][:2])


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("09-claude-code-session.jsonl", "a Claude Code transcript"),
        ("10-codex-rollout.jsonl", "a Codex rollout"),
        ("11-opencode-storage.json", "an opencode transcript"),
        ("21-picoclaw-session.jsonl", "the messages of a transcript"),
        ("18-openai-batch.output.jsonl", "the output of an OpenAI batch"),
        ("01-openai-chat.response.json", "a response"),
    ],
)
def test_what_holds_no_request_is_refused_by_its_name(name: str, what: str, shared: Path) -> None:
    with pytest.raises(InputError, match=what):
        load(str(shared / "captures" / name))


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
        started = time.process_time()
        loaded(path)
        taken = time.process_time() - started
        slow += [(str(path), taken)] if taken > LONGEST else []
    assert slow == []


def test_the_counts_of_the_index(data: Path) -> None:
    compared, differences = 0, []
    for entry, path in recordings(data):
        if entry["format"] not in FORMATS:
            continue
        found = loaded(path)
        count = len(found.requests) if found else -1
        expected = OTHERWISE.get(entry["path"], (entry["n_llm_requests"], ""))[0]
        compared += 1
        right = found is not None and found.format in FORMATS[entry["format"]] and count == expected
        differences += [] if right else [(entry["path"], entry["api"], expected, count, found and found.format)]
    assert differences == []
    assert compared == 215


def test_the_apis_of_the_index(data: Path) -> None:
    differences = []
    for entry, path in recordings(data):
        found = loaded(path)
        dialects = {request.dialect.replace("_", "-") for request in found.requests} if found else set()
        apis = set(entry["api"])
        right = apis == dialects if apis <= OURS else apis & OURS <= dialects
        differences += [] if right else [(entry["path"], entry["api"], dialects)]
    assert differences == []


def test_the_conversations_of_the_index(data: Path) -> None:
    differences = []
    for entry, path in recordings(data):
        found = loaded(path)
        links = group([Turn(request, chat(request)) for request in found.requests]).links if found else ()
        if bool(links) != entry["multi_turn"] and not any(part in entry["path"] for part in NOT_MULTI_TURN):
            differences.append((entry["path"], entry["multi_turn"], links))
    assert differences == []


def test_no_request_of_a_chat_is_among_the_skipped(data: Path) -> None:
    """Every record of a recording is a request, or is skipped at a place that the file has."""
    lost = []
    for entry, path in recordings(data):
        found = loaded(path)
        if found is not None and entry["format"] in FORMATS:
            records = len(found.requests) + len(found.skipped)
            lost += [(entry["path"], records)] if records < entry["n_requests"] else []
    assert lost == []


def test_recordings_of_other_kinds_are_refused_with_a_reason(data: Path) -> None:
    for entry, path in recordings(data):
        if entry["format"] not in FORMATS:
            with pytest.raises(InputError) as caught:
                load(str(path))
            assert caught.value.hint
