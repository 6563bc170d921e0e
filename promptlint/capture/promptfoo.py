"""promptfoo results: the prompt of each test as it was sent, the tools only in the provider's settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from promptlint.capture import yaml_text
from promptlint.capture.about import About
from promptlint.capture.composed import Composed
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.json_text import JsonError
from promptlint.model import JsonObject, Request, Skipped

ABOUT = About("promptfoo results", tools=False, cached_tokens=False, note="its own cached count is no prefix cache")
_MESSAGES_IN_YAML = re.compile(r"\s*+-\s++[\"']?role[\"']?\s*+:")
_MOST_YAML = 1_000_000
_KINDS = {"chat", "completion", "responses", "messages", "assistant", "realtime"}
_NO_MODEL = ("file", "http", "https", "python", "exec", "webhook", "echo", "golang", "package", "ws", "wss")


def accepts(document: Document) -> bool:
    """The results of an evaluation, or one of them."""
    return any(_is_result(one) for _, one in _results(document.data))


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The prompts of all tests, in the order of the file."""
    for pointer, one in _results(document.data):
        if _is_result(one):
            yield from request_or_skipped(document, name, _exchange(document, one, pointer))
        else:
            yield Skipped(document.container(pointer) or "", "a result without a prompt")


def _results(data: Any) -> Iterator[tuple[str, Any]]:
    pointer = ""
    for _ in range(2):
        if not (isinstance(data, dict) and "results" in data):
            break
        data, pointer = data["results"], pointer + "/results"
    if isinstance(data, list):
        yield from ((f"{pointer}/{number}", one) for number, one in enumerate(data))
    elif not pointer:
        yield pointer, data


def _is_result(one: Any) -> bool:
    prompt = one.get("prompt") if isinstance(one, dict) else None
    return isinstance(prompt, dict) and isinstance(prompt.get("raw"), str) and "provider" in one


def _exchange(document: Document, one: JsonObject, pointer: str) -> Exchange:
    where = f"{pointer}/prompt/raw"
    composed = Composed()
    _put_prompt(composed, one["prompt"]["raw"], where)
    provider = one["provider"]
    given, place = (provider.get("id"), "/id") if isinstance(provider, dict) else (provider, "")
    composed.put("model", model_of(given), f"{pointer}/provider{place}")
    is_chat = set(composed.body) == {"messages", "model"}
    return Exchange(
        where, composed.body, dialect="openai_chat" if is_chat else None, source=composed.source(document, where)
    )


def _put_prompt(composed: Composed, raw: str, pointer: str) -> None:
    """Messages where the prompt is a list of them, a body where it is one, else what the user says."""
    found = composed.unpacked_if_json(raw, pointer)
    found = _from_yaml(found) if isinstance(found, str) else found
    if isinstance(found, list):
        composed.put("messages", found, pointer)
    elif isinstance(found, dict) and not found.keys().isdisjoint({"messages", "input", "contents", "prompt"}):
        composed.put_all(found, pointer)
    else:
        composed.texts.pop(pointer, None)  # a prompt may be JSON that is no conversation
        composed.put("messages", [{"role": "user", "content": raw}], pointer)
        composed.moved["/messages/0/content"] = pointer


def _from_yaml(raw: str) -> Any:
    if len(raw) > _MOST_YAML or not _MESSAGES_IN_YAML.match(raw):
        return raw
    try:
        return yaml_text.parse(raw).data
    except JsonError:
        return raw


def model_of(provider: Any) -> str | None:
    """The model in a provider's id, as in openai:chat:NAME; None where it names a script or an address."""
    kind, colon, rest = provider.partition(":") if isinstance(provider, str) else ("", "", "")
    if not colon or kind in _NO_MODEL:
        return None
    first, colon, name = rest.partition(":")
    return (name if colon and first in _KINDS else rest) or None
