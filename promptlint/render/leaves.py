"""The strings of a request, each with its pointer, and copies of the request in which they are marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

from promptlint.model import Chat
from promptlint.positions import json_atoms, step
from promptlint.records import dataclass

LeafKind = Literal["text", "name", "tag"]
TAGS = {"role", "type"}  # templates compare these with constants
NAMES = {"id", "name", "tool_call_id", "required"}  # templates look these up, cut them and test their length


@dataclass(frozen=True, slots=True)
class Leaf:
    """A string value of the chat form. Inside argument text each string value of that JSON is a leaf of its own."""

    pointer: str
    text: str
    kind: LeafKind
    inside: tuple[int, int] | None = None  # where it stands inside the argument text at `pointer`

    @property
    def in_messages(self) -> bool:
        return self.pointer.startswith("/messages/")

    @property
    def group(self) -> str:
        """The message or the tool that holds it."""
        return "/".join(self.pointer.split("/")[:3])


def leaves(chat: Chat) -> Iterator[Leaf]:
    """All strings of messages and tools that are not only whitespace, in document order; or of a rendered prompt."""
    rendered = (chat.rendered,) if isinstance(chat.rendered, str) else chat.rendered or ()
    for number, text in enumerate(rendered):
        if isinstance(text, str):
            yield Leaf("/prompt" if isinstance(chat.rendered, str) else f"/prompt/{number}", text, "text")
    for number, message in enumerate(chat.messages):
        yield from _walk(message, f"/messages/{number}", "")
    for number, tool in enumerate(chat.tools or ()):
        yield from _walk(tool, f"/tools/{number}", "")


def _walk(value: Any, pointer: str, key: str) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _walk(member, pointer + step(name), name)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _walk(item, f"{pointer}/{number}", key)
    elif isinstance(value, str) and value.strip():
        yield from _leaf(value, pointer, key)


def _leaf(value: str, pointer: str, key: str) -> Iterator[Leaf]:
    if key == "arguments":
        try:
            atoms = json_atoms(value)
        except ValueError:
            atoms = []
        for start, end, kind in atoms:
            if kind == "text" and value[start:end].strip():
                yield Leaf(pointer, value[start:end], "text", (start, end))
    else:
        yield Leaf(pointer, value, "tag" if key in TAGS else "name" if key in NAMES else "text")


def marked(chat: Chat, chosen: list[Leaf], first_open: int, first_close: int) -> Chat:
    """A copy in which leaf number n is wrapped in the characters first_open + n and first_close + n."""
    marks: dict[str, list[tuple[int, Leaf]]] = {}
    for number, leaf in enumerate(chosen):
        marks.setdefault(leaf.pointer, []).append((number, leaf))

    def copy(value: Any, pointer: str) -> Any:
        if isinstance(value, dict):
            return {name: copy(member, pointer + step(name)) for name, member in value.items()}
        if isinstance(value, list):
            return [copy(item, f"{pointer}/{number}") for number, item in enumerate(value)]
        if isinstance(value, str) and pointer in marks:
            return _wrapped(value, marks[pointer], first_open, first_close)
        return value

    tools = None if chat.tools is None else copy(list(chat.tools), "/tools")
    return replace(chat, messages=copy(list(chat.messages), "/messages"), tools=tools)


def _wrapped(value: str, marks: list[tuple[int, Leaf]], first_open: int, first_close: int) -> str:
    for number, leaf in reversed(marks):  # from the end, so that earlier offsets stay right
        start, end = leaf.inside or (0, len(value))
        inner = value[start:end]
        left, right = len(inner) - len(inner.lstrip()), len(inner.rstrip())
        opening, closing = chr(first_open + number), chr(first_close + number)
        wrapped = inner[:left] + opening + inner[left:right] + closing + inner[right:]
        value = value[:start] + wrapped + value[end:]
    return value
