"""A message as it is recognised again: what lint rules report as a fault of it must not make it another one."""

from __future__ import annotations

import hashlib
import json
import marshal
import re
from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from operator import eq
from typing import Any, NamedTuple

from promptlint.conversation.rendered import pieces
from promptlint.model import Chat, JsonObject

SYSTEM = ("system", "developer")
LEAST_SHARED = 16  # characters: shorter texts begin alike by chance
_ROLES = {"function": "tool", "model": "assistant"}
_CLOCK = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
    r"|(?<![0-9:])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:])"
)
_MINUTES = re.compile(":[0-9]")  # in every clock, and quickly found: most texts have none
_PRUNED = re.compile(r"pruned|cleared|removed|truncated|omitted|elided|compacted|too old", re.IGNORECASE)
_HANDED_ON = re.compile(r"context compaction|continued from a previous conversation|<summary>", re.IGNORECASE)
_SUMMARY = re.compile(rf"{_HANDED_ON.pattern}|conversation so far|summary of|compacted", re.IGNORECASE)
LOOK_FOR_SUMMARY = 2000  # characters of a message
_LONGEST_MARKER = 400  # characters of what stands in for a tool result
_MOST_RECOGNISED = 4096  # messages that are kept as they are compared
_MOST_LATEST = 4  # requests that the next one is likely to repeat
_NO_TEXT = frozenset({"thinking", "redacted_thinking", "reasoning"})


class Message(NamedTuple):
    """What is left of a message: no ids, no unknown keys, no reasoning, no cache markers, no clocks, no spelling."""

    role: str
    text: str
    calls: tuple[tuple[str, str], ...]  # name and arguments
    others: tuple[str, ...]  # kinds of the parts that are no text


def recognised(message: JsonObject) -> Message:
    """A chat message, as it is compared."""
    role = str(message.get("role"))
    texts, others = _parts(message.get("content"))
    text = " ".join(" ".join(texts).split())
    text = _CLOCK.sub("[clock]", text) if _MINUTES.search(text) else text
    return Message(_ROLES.get(role, role), text, _calls(message), others)


def _parts(content: Any) -> tuple[list[str], tuple[str, ...]]:
    if isinstance(content, str):
        return [content], ()
    texts, others = [], []
    for part in content if isinstance(content, list) else ():
        kind = str(part.get("type")) if isinstance(part, dict) else "text"
        text = part.get("text", part.get("refusal")) if isinstance(part, dict) else part
        if isinstance(text, str) and kind not in _NO_TEXT:
            texts.append(text)
        elif kind not in _NO_TEXT:
            others.append(kind)
    return texts, tuple(others)


def _calls(message: JsonObject) -> tuple[tuple[str, str], ...]:
    given = message.get("tool_calls")
    calls = [call for call in given if isinstance(call, dict)] if isinstance(given, list) else []
    if isinstance(message.get("function_call"), dict):
        calls.append({"function": message["function_call"]})
    return tuple(map(_call, calls))


def _call(call: JsonObject) -> tuple[str, str]:
    inner = call.get("function", call.get("custom"))
    function = inner if isinstance(inner, dict) else {}
    return str(function.get("name")), _arguments(function.get("arguments", function.get("input")))


def _arguments(value: Any) -> str:
    """Arguments as JSON with sorted keys, whatever form they were sent in."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else {}
        except (ValueError, RecursionError):
            return " ".join(value.split())
    return json.dumps({} if value is None else value, sort_keys=True)


def alike(old: Message, new: Message) -> bool:
    """Are two unequal messages at the same place the same one: cut short, pruned, without an image or added text."""
    if (old.role, old.calls) != (new.role, new.calls):
        return False
    if old.role == "tool" and len(new.text) <= _LONGEST_MARKER and _PRUNED.search(new.text):
        return True
    if old.text and old.text == new.text:  # an image is gone
        return True
    short, long = sorted((old.text, new.text), key=len)
    return len(short) >= LEAST_SHARED and (long.startswith(short) or long.endswith(short))


def _spelling(message: JsonObject) -> bytes:
    """The same bytes for the same message, as fast as can be: this is done for each message of each request."""
    try:
        return marshal.dumps(message, 2)  # the last version that does not tell shared objects from equal ones
    except ValueError:  # what a Python caller has for a text may be more than a text
        return json.dumps(message).encode()


def _digest(spelling: bytes) -> bytes:
    return hashlib.blake2b(spelling, digest_size=16).digest()


def _equal(some: Sequence[JsonObject], others: Sequence[JsonObject]) -> list[bool]:
    try:
        return list(map(eq, some, others))
    except RecursionError:
        return []


class Messages:
    """Numbers for messages, the same for those that are recognised as the same one."""

    def __init__(self) -> None:
        # A digest stands for a text: a second copy of all that was said would be half of what a long log takes.
        self._given: list[JsonObject | Message] = []
        self._numbers: dict[bytes, int] = {}
        self._of_spelling: dict[bytes, int] = {}  # a long conversation sends each message again and again
        self.known = lru_cache(_MOST_RECOGNISED)(self._known)
        self._summaries: dict[int, bool] = {}
        self._latest: deque[tuple[Sequence[JsonObject], tuple[int, ...]]] = deque(maxlen=_MOST_LATEST)

    def numbers(self, chat: Chat) -> tuple[int, ...]:
        """The numbers of all messages of a chat but those of the system; of the pieces of a rendered prompt."""
        if chat.rendered is not None:
            said_before = (Message("prompt", piece, (), ()) for piece in pieces(chat.rendered))
            return tuple(self._of(piece, piece) for piece in said_before)
        said = [message for message in chat.messages if message.get("role") not in SYSTEM]
        if not said:
            return ()
        numbers = self._as_before(said)
        self._latest.append((said, numbers))
        return numbers

    def _as_before(self, said: Sequence[JsonObject]) -> tuple[int, ...]:
        """The numbers of messages, most of which a request of late has had in the same order: the quickest look."""
        middle = len(said) // 2
        number = self._number(said[middle])
        known, numbers = next((one for one in reversed(self._latest) if number in one[1]), ((), ()))
        shift = numbers.index(number) - middle if numbers else 0
        head, start = max(0, -shift), max(0, shift)
        there = _equal(said[head:], known[start:])
        pairs = zip(said[head:], numbers[start:], there, strict=False)
        found = [number if same else self._number(one) for one, number, same in pairs]
        return (*map(self._number, said[:head]), *found, *map(self._number, said[head + len(found) :]))

    def _number(self, message: JsonObject) -> int:
        spelling = _digest(_spelling(message))
        number = self._of_spelling.get(spelling)
        if number is None:
            number = self._of_spelling[spelling] = self._of(recognised(message), message)
        return number

    def _of(self, message: Message, given: JsonObject | Message) -> int:
        number = self._numbers.setdefault(_digest(marshal.dumps(tuple(message), 2)), len(self._given))
        if number == len(self._given):
            self._given.append(given)
        return number

    def _known(self, number: int) -> Message:
        """The message of a number, as it is compared."""
        given = self._given[number]
        return given if isinstance(given, Message) else recognised(given)

    def same(self, old: int, new: int) -> bool:
        """Are two messages at the same place equal, or alike."""
        return old == new or alike(self.known(old), self.known(new))

    def edges(self, number: int) -> Iterable[Hashable]:
        """How a message begins and ends: two that are alike without a hint that one was pruned have one in common."""
        message = self.known(number)
        return {(message.role, message.text[:LEAST_SHARED]), (message.role, message.text[-LEAST_SHARED:])}

    def is_summary(self, number: int) -> bool:
        """Does a message speak of a summary of what was said before."""
        found = self._summaries.get(number)
        if found is None:
            message = self.known(number)
            said = message.role != "tool" and _SUMMARY.search(message.text, 0, LOOK_FOR_SUMMARY)
            found = self._summaries[number] = bool(said)
        return found

    def hands_on(self, number: int) -> bool:
        """Is a message surely such a summary, and not a request to write one."""
        return bool(_HANDED_ON.search(self.known(number).text, 0, LOOK_FOR_SUMMARY))
