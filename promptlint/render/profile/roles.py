"""Roles and the order of messages: rows 10 and 14 of the comparison of engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from promptlint.model import JsonObject
from promptlint.render.profile.marks import unmarked
from promptlint.render.profile.media import modality


def developer_as_system(messages: Sequence[JsonObject]) -> list[JsonObject]:
    """vLLM for templates without the role "developer": it becomes system, and all system text moves in front."""
    if all(message["role"] != "developer" for message in messages):
        return list(messages)
    return _one_system([_as_system(message) for message in messages])


def _as_system(message: JsonObject) -> JsonObject:
    if message["role"] != "developer":
        return message
    return {**{key: value for key, value in message.items() if key != "tools"}, "role": "system"}


def _one_system(messages: list[JsonObject]) -> list[JsonObject]:
    system = [message for message in messages if message["role"] == "system"]
    if messages[:1] == system:
        return messages
    texts = [text for message in system if (text := _flat(message.get("content")))]
    return [{"role": "system", "content": "\n\n".join(texts)}, *(m for m in messages if m["role"] != "system")]


def _flat(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(part["text"] for part in content if isinstance(part, dict) and "text" in part)
    return content if isinstance(content, str) else ""


def last_assistant_as_user(messages: Sequence[JsonObject]) -> list[JsonObject]:
    """SGLang's chat never ends with an assistant: such a last message becomes the user's, its text alone."""
    text = last_assistant_text(messages)
    return list(messages) if text is None else [*messages[:-1], {"role": "user", "content": text}]


def last_assistant_text(messages: Sequence[JsonObject]) -> str | None:
    """The text of a last message that is an assistant's, if it is one string."""
    last = messages[-1] if messages else {}
    content = last.get("content")
    return content if last.get("role") == "assistant" and isinstance(content, str) else None


def results_in_call_order(messages: Sequence[JsonObject]) -> list[JsonObject]:
    """SGLang for templates that look at tool_call_id: results with media follow the order of the calls they answer."""
    ordered: list[JsonObject] = []
    index = 0
    while index < len(messages):
        message = messages[index]
        index += 1
        ordered.append(message)
        calls = message.get("tool_calls")
        if message["role"] == "assistant" and isinstance(calls, list) and calls:
            end = _end_of_results(messages, index)
            ordered += _by_call(messages[index:end], calls)
            index = end
    return ordered


def _end_of_results(messages: Sequence[JsonObject], index: int) -> int:
    while index < len(messages) and messages[index]["role"] in ("tool", "function"):
        index += 1
    return index


def _by_call(results: Sequence[JsonObject], calls: Sequence[Any]) -> list[JsonObject]:
    called = [_identity(call, "id") for call in calls]
    answered = [_identity(result, "tool_call_id") for result in results]
    position = {identity: number for number, identity in enumerate(called)}
    paired = None not in position and len(position) == len(called) and len(set(answered)) == len(answered)
    if not paired or not position.keys() >= set(answered) or not any(map(_has_media, results)):
        return list(results)
    return [results[index] for index in sorted(range(len(results)), key=lambda index: position[answered[index]])]


def _identity(value: Any, key: str) -> str | None:
    identity = unmarked(value.get(key)) if isinstance(value, dict) else None
    return identity if isinstance(identity, str) else None


def _has_media(message: JsonObject) -> bool:
    content = message.get("content")
    return isinstance(content, list) and any(isinstance(part, dict) and modality(part) for part in content)
