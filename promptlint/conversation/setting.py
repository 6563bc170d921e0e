"""What a conversation is held in: system text, tools and model. It tells agents apart, and never decides alone."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import NamedTuple

from promptlint.conversation.message import SYSTEM, recognised
from promptlint.model import Chat, JsonObject

_MOST_TEXT = 100_000  # characters of a system text that are looked at
_MUCH_SHARED = 0.5  # of all words of two system texts: a part of it may be rewritten on every turn
_LITTLE_SHARED = 0.2
_MOST_KEPT = 0.75  # of a text, at its start or its end: then its words need not be counted
_LEAST_WORDS = 8  # with fewer, a text that was edited may have no word left
_SAME_EDGE = 16  # characters


class Setting(NamedTuple):
    """The setting of one request."""

    system: str
    tools: tuple[str, ...]
    model: str | None


class Nearness(NamedTuple):
    """How much two settings have in common, the most telling first: the greater, the nearer."""

    differing_tools: bool
    system: int  # 0: another text, 1: much of it is shared, 2: the same
    same_model: bool


class Settings:
    """The settings of many requests; equal ones have the same number, and what two have in common is found once."""

    def __init__(self) -> None:
        self.known: list[Setting] = []
        self._numbers: dict[tuple[str, tuple[str, ...], str | None], int] = {}
        self._texts: dict[str, str] = {}
        self._nearness: dict[tuple[int, int], Nearness] = {}

    def number(self, chat: Chat, model: str | None) -> int:
        """The number of a request's setting."""
        system = " ".join(self._text(one) for one in chat.messages if one.get("role") in SYSTEM)
        tools = tuple(_name(tool) for tool in chat.tools or ())
        number = self._numbers.setdefault((system, tools, model), len(self.known))
        if number == len(self.known):
            self.known.append(Setting(system, tools, model))
        return number

    def _text(self, message: JsonObject) -> str:
        spelling = json.dumps(message.get("content"))
        if spelling not in self._texts:
            self._texts[spelling] = recognised(message).text
        return self._texts[spelling]

    def nearness(self, old: int, new: int) -> Nearness:
        """How near two settings are."""
        found = self._nearness.get((old, new))
        if found is None:
            found = self._nearness[old, new] = nearness(self.known[old], self.known[new])
        return found

    def another_agent(self, old: int, new: int) -> bool:
        """Have two settings nothing in common."""
        return another_agent(self.known[old], self.known[new], self.nearness(old, new))


def _name(tool: JsonObject) -> str:
    function = tool.get("function", tool)
    return str(function.get("name")) if isinstance(function, dict) else ""


def nearness(old: Setting, new: Setting) -> Nearness:
    """How near two settings are."""
    return Nearness(set(old.tools) == set(new.tools), _system(old, new), old.model == new.model)


def _system(old: Setting, new: Setting) -> int:
    if old.system == new.system:
        return 2
    most = round(_MOST_KEPT * max(len(old.system), len(new.system)))
    kept = old.system[:most] == new.system[:most] or old.system[-most:] == new.system[-most:]
    return int(kept or _shared_words(old.system, new.system) >= _MUCH_SHARED)


def _shared_words(old: str, new: str) -> float:
    one, other = _words(old), _words(new)
    shared = len(one & other)
    return shared / max(1, len(one) + len(other) - shared)


@lru_cache(maxsize=64)  # the words of all system texts of a long session would be most of the memory
def _words(system: str) -> frozenset[str]:
    return frozenset(system[:_MOST_TEXT].split())


def another_agent(old: Setting, new: Setting, near: Nearness) -> bool:
    """Have the two nothing in common but messages: a title, a topic check, a hand-over to an agent with other tools."""
    if near.system or not (old.system and new.system):
        return False
    if old.tools or new.tools:
        return not set(old.tools) & set(new.tools)
    return _strange(old, new)


def _strange(old: Setting, new: Setting) -> bool:
    """Two long texts without anything in common. One with recalled text in it has kept its start or its end."""
    fewest = min(len(_words(old.system)), len(_words(new.system)))
    if fewest < _LEAST_WORDS or _shared_words(old.system, new.system) >= _LITTLE_SHARED:
        return False
    return old.system[:_SAME_EDGE] != new.system[:_SAME_EDGE] and old.system[-_SAME_EDGE:] != new.system[-_SAME_EDGE:]
