"""The rule of who continues whom, taken literally and one by one, finds the same parents in real recordings.

It knows nothing of hashes, settings, agents and changed histories: an earlier request for the same kind of model, with
the most equal messages from the first one on, the latest of several. Where that is less than the truth is listed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import load
from promptlint.conversation import group
from promptlint.dialect import chat
from promptlint.errors import InputError
from promptlint.model import Chat, JsonObject, Request, Turn

pytestmark = pytest.mark.conformance
LEAST_AGREEMENT = 0.98
# Files, by the end of their names, in which the literal rule is wrong, and why.
KNOWN = {
    "defaultClient_631904893/recording.har.yaml": "every chat begins with the same two messages of introduction",
    "sub_agent_session_id_not_overwritten_by_adk_internal_uuid.yaml": "an agent asks another one with the same words",
    "test_multiple_agent_handoffs_with_chat_completions.yaml": "another agent without its tools takes over",
    "conversation_id_auto_respects_pydantic_ai_conversation_id.yaml": "the rest of the prompt is on the server",
}
MAKERS = re.compile(r"claude|gemini|gpt|command|llama|mistral|deepseek|qwen|grok|nova|o[1-9]")
NOT_COMPARED = {"cache_control", "id", "call_id", "tool_call_id", "signature"}


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key not in NOT_COMPARED and inner is not None}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def parsed(arguments: Any) -> Any:
    try:
        return json.loads(arguments) if isinstance(arguments, str) else arguments
    except ValueError:
        return arguments


def spelled(message: JsonObject) -> str:
    content = message.get("content") or []
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    said = [plain(part) for part in parts if part.get("type") not in {"thinking", "redacted_thinking", "reasoning"}]
    functions = [call.get("function") or {} for call in message.get("tool_calls") or ()]
    calls = [(function.get("name"), parsed(function.get("arguments"))) for function in functions]
    return json.dumps([message["role"], said, calls], sort_keys=True)


def told(one: Chat) -> list[str]:
    if one.rendered is not None:
        return [json.dumps(one.rendered)]
    return [spelled(message) for message in one.messages if message["role"] not in {"system", "developer"}]


def kind(request: Request) -> tuple[str, str | None]:
    maker = MAKERS.search((request.model or "").lower())
    name = maker[0] if maker else request.model
    return request.dialect, "gpt" if name and re.fullmatch("o[1-9]", name) else name


def equal_messages(one: list[str], other: list[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def literal_parents(turns: list[Turn]) -> list[int | None]:
    """The latest of the earlier requests that share the most, and are neither the same nor more."""
    said = [told(turn.chat) for turn in turns]
    found: list[int | None] = []
    for number, new in enumerate(said):
        before = [at for at in range(number) if kind(turns[at].request) == kind(turns[number].request)]
        scores = [(equal_messages(said[at], new), at) for at in before]
        best = max((one for one in scores if 0 < one[0] < len(new)), default=None)
        found.append(None if best is None else best[1])
    return found


def turns_of(path: Path) -> list[Turn]:
    try:
        return [Turn(request, chat(request)) for request in load(str(path)).requests]
    except InputError:
        return []


def test_real_requests_have_the_parents_that_the_literal_rule_finds(data: Path) -> None:
    requests, continued, wrong = 0, 0, []
    for line in (data / "recordings" / "INDEX.jsonl").read_text(encoding="utf-8").splitlines():
        path = json.loads(line)["path"]
        turns = turns_of(data / "recordings" / path)
        before = {link.after: link.before for link in group(turns).links}
        literal = literal_parents(turns)
        requests, continued = requests + len(turns), continued + len(before)
        wrong += [(path, number) for number, parent in enumerate(literal) if parent != before.get(number)]
    assert continued >= 100
    assert len(wrong) <= (1 - LEAST_AGREEMENT) * requests
    assert [one for one in wrong if not one[0].endswith(tuple(KNOWN))] == []
