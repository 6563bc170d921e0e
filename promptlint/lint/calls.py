"""The tool calls of a request, and the same calls in two requests of a conversation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from promptlint.common_prefix import common_prefix
from promptlint.lint.spelling import meaning
from promptlint.lint.value_changes import shown
from promptlint.model import Chat, JsonObject


class Call(NamedTuple):
    """A tool call. `holder` is what carries the name and the arguments, and `at` where that stands."""

    pointer: str
    value: JsonObject
    holder: JsonObject
    at: str

    @property
    def name(self) -> Any:
        return self.holder.get("name")

    @property
    def id(self) -> str | None:
        """Its id, where it has one."""
        found = self.value.get("id")
        return found if isinstance(found, str) and found else None

    @property
    def is_custom(self) -> bool:
        """A call of a tool that takes free text."""
        return self.value.get("type") == "custom"

    @property
    def arguments(self) -> Any:
        """The arguments as they were sent; the free text of a custom call."""
        return self.holder.get("input" if self.is_custom else "arguments")

    @property
    def arguments_at(self) -> str:
        return f"{self.at}/{'input' if self.is_custom else 'arguments'}"


def calls(messages: Sequence[JsonObject]) -> Iterator[Call]:
    """All tool calls in order."""
    for number in range(len(messages)):
        yield from calls_of(messages, number)


def calls_of(messages: Sequence[JsonObject], number: int) -> Iterator[Call]:
    """The tool calls of one message."""
    for index, call in enumerate(messages[number].get("tool_calls") or ()):
        pointer = f"/messages/{number}/tool_calls/{index}"
        name = "custom" if call.get("type") == "custom" else "function"
        holder = call.get(name)
        if isinstance(holder, dict):
            yield Call(pointer, call, holder, f"{pointer}/{name}")


def same_calls(before: Sequence[JsonObject], after: Sequence[JsonObject]) -> Iterator[tuple[Call, Call]]:
    """The calls that both have: of the same turn, at the same place in it, of the same tool.

    Left out are those of a message that is one object on both sides, as what a session sends again is (`Sharing`):
    there is nothing in which they could differ.
    """
    for old, new in _same_turns(before, after):
        if before[old] is after[new]:
            continue
        for one, other in zip(calls_of(before, old), calls_of(after, new), strict=False):
            if one.name == other.name and one.is_custom == other.is_custom:
                yield one, other


def _same_turns(before: Sequence[JsonObject], after: Sequence[JsonObject]) -> Iterator[tuple[int, int]]:
    """Messages at the same place, up to where the two are no longer the same conversation."""
    for number, (old, new) in enumerate(zip(before, after, strict=False)):
        if old is not new and old.get("role") != new.get("role"):
            return
        if (
            old is not new
            and old.get("role") == "user"
            and not _is_alike(shown(old.get("content")), shown(new.get("content")))
        ):
            return
        yield number, number


def _is_alike(old: str, new: str) -> bool:
    return common_prefix(old, new) * 2 >= min(len(old), len(new))


def arguments_meaning(arguments: Any) -> str | None:
    """Arguments as canonical JSON, be they text or an object; None for text that is not JSON."""
    if not isinstance(arguments, str):
        return meaning(arguments)
    try:
        return meaning(json.loads(arguments, parse_float=_number))
    except (ValueError, RecursionError):
        return None


def _number(text: str) -> int | float:
    """60.0 and 6e1 are the same number as 60."""
    value = float(text)
    return int(value) if value.is_integer() else value


def without_key(chat: Chat, key: str, *, inside: bool) -> Chat:
    """A copy in which no call, or nothing inside of one, has this key."""

    def cleaned(call: JsonObject) -> JsonObject:
        if not inside:
            return {name: value for name, value in call.items() if name != key}
        return {
            name: {one: each for one, each in value.items() if one != key} if isinstance(value, dict) else value
            for name, value in call.items()
        }

    messages = [
        {**message, "tool_calls": [cleaned(call) for call in message["tool_calls"]]}
        if isinstance(message.get("tool_calls"), list)
        else message
        for message in chat.messages
    ]
    return replace(chat, messages=messages)
