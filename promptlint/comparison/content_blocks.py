"""The content blocks of a request as a hosted cache counts them: tools, then system, then messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from promptlint.engine.serving import Level
from promptlint.model import JsonObject, Request
from promptlint.records import dataclass

MARKERS = ("cache_control", "cachePoint", "prompt_cache_breakpoint")
UNMARKABLE = ("thinking", "redacted_thinking")  # an automatic marker goes to the last block in front of them
OPENAI = ("openai_chat", "openai_responses")


@dataclass(frozen=True, slots=True)
class ContentBlock:
    """A block by its pointer into the body. `closes`: an API may write by itself where it ends."""

    pointer: str
    level: Level
    marked: bool = False
    lifetime: str | None = None
    closes: bool = False


def content_blocks(request: Request) -> list[ContentBlock]:
    """The blocks of a body in the order of the prompt; none for an API whose caching knows no blocks."""
    body = request.body
    if request.dialect == "anthropic":
        found = [*_list(body.get("tools"), "/tools", "tools"), *_content(body.get("system"), "/system", "system")]
        return _automatic([*found, *_messages(body.get("messages"), "/messages")], body)
    if request.dialect == "bedrock_converse":
        config = body.get("toolConfig")
        tools = config.get("tools") if isinstance(config, dict) else None
        found = [*_list(tools, "/toolConfig/tools", "tools"), *_content(body.get("system"), "/system", "system")]
        return [*found, *_messages(body.get("messages"), "/messages")]
    if request.dialect in OPENAI:
        return _of_openai(body)
    return []


def _of_openai(body: JsonObject) -> list[ContentBlock]:
    found = [*_list(body.get("tools"), "/tools", "tools")]
    if isinstance(body.get("instructions"), str):
        found.append(ContentBlock("/instructions", "system"))
    name = "input" if "input" in body else "messages"
    items = body.get(name)
    if isinstance(items, str):
        return [*found, ContentBlock(f"/{name}", "messages", closes=True)]
    options = body.get("prompt_cache_options")
    explicit = isinstance(options, dict) and options.get("mode") == "explicit"
    found += _messages(items, f"/{name}", implicit=not explicit)
    return _automatic(found, body)


def _messages(messages: Any, pointer: str, *, implicit: bool = False) -> Iterator[ContentBlock]:
    items = messages if isinstance(messages, list) else []
    for number, message in enumerate(items):
        level: Level = "system" if _is_system(message) else "messages"
        blocks = list(_of_message(message, f"{pointer}/{number}", level))
        if implicit and blocks and _closes(message, items[number + 1] if number + 1 < len(items) else None):
            blocks[-1] = replace(blocks[-1], closes=True)
        yield from blocks


def _of_message(message: JsonObject, pointer: str, level: Level) -> Iterator[ContentBlock]:
    content = message.get("content")
    if isinstance(content, str) or content:
        yield from _content(content, f"{pointer}/content", level)
    calls = message.get("tool_calls")
    yield from _list(calls, f"{pointer}/tool_calls", level)
    if content is None and not calls:  # an item of a Responses request: a call, a result, a thought
        yield ContentBlock(pointer, level)


def _closes(message: JsonObject, following: Any) -> bool:
    """Ends here a user message, a run of tool results, or the instructions in front."""
    kind, after = _kind(message), _kind(following)
    return kind == "user" or (kind in ("tool", "system") and after != kind)


def _kind(message: Any) -> str | None:
    if not isinstance(message, dict):
        return None
    if _is_system(message):
        return "system"
    kind = str(message.get("type"))
    return "tool" if kind.endswith("_call_output") else message.get("role")


def _is_system(message: JsonObject) -> bool:
    return message.get("role") in ("system", "developer")


def _content(content: Any, pointer: str, level: Level) -> Iterator[ContentBlock]:
    if isinstance(content, str):
        if content:
            yield ContentBlock(pointer, level)
    else:
        yield from _list(content, pointer, level)


def _list(blocks: Any, pointer: str, level: Level) -> Iterator[ContentBlock]:
    """The blocks of a list; a cachePoint marks the one before it. What stands inside of a block counts with it."""
    last: ContentBlock | None = None
    for number, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if not isinstance(block, dict):
            continue
        marker = _marker(block)
        if marker is not None and "cachePoint" in block:
            last = last and replace(last, marked=True, lifetime=_lifetime(marker))
            continue
        if last is not None:
            yield last
        last = ContentBlock(f"{pointer}/{number}", level, marker is not None, _lifetime(marker))
    if last is not None:
        yield last


def _marker(block: JsonObject) -> JsonObject | None:
    """The marker on a block, or on what stands inside of it."""
    own = next((block[name] for name in MARKERS if isinstance(block.get(name), dict)), None)
    inner = block.get("content")
    if own is None and isinstance(inner, list):
        own = next((found for one in inner if isinstance(one, dict) and (found := _marker(one)) is not None), None)
    return own


def _lifetime(marker: JsonObject | None) -> str | None:
    return None if marker is None or marker.get("ttl") is None else str(marker["ttl"])


def _automatic(found: list[ContentBlock], body: JsonObject) -> list[ContentBlock]:
    """A marker beside the messages goes to the last block that can have one."""
    marker = body.get("cache_control")
    if not isinstance(marker, dict):
        return found
    last = next((n for n in reversed(range(len(found))) if _can_be_marked(body, found[n].pointer)), None)
    if last is not None and not found[last].marked:
        found[last] = replace(found[last], marked=True, lifetime=_lifetime(marker))
    return found


def _can_be_marked(body: JsonObject, pointer: str) -> bool:
    value: Any = body
    for name in pointer.split("/")[1:]:
        value = value[int(name)] if isinstance(value, list) else value[name]
    return not isinstance(value, dict) or value.get("type") not in UNMARKABLE
