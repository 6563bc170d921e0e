"""The texts of a request: where each stands in the chat form, and which of them make up the system region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from promptlint.comparison.location import leading_system
from promptlint.lint.rule import Span
from promptlint.model import Chat
from promptlint.positions import step

BETWEEN = "\n\n"  # two texts of the region, as most templates set them


class Text(NamedTuple):
    """A string of the chat form."""

    pointer: str
    text: str


def content_texts(message: Mapping[str, Any], pointer: str) -> Iterator[Text]:
    """The text of a message: its content, or the text parts of it."""
    content = message.get("content")
    if isinstance(content, str):
        yield Text(f"{pointer}/content", content)
    for number, part in enumerate(content if isinstance(content, list) else ()):
        if isinstance(part, str):
            yield Text(f"{pointer}/content/{number}", part)
        elif isinstance(part, dict) and isinstance(part.get("text"), str):
            yield Text(f"{pointer}/content/{number}/text", part["text"])


def strings(value: Any, pointer: str) -> Iterator[Text]:
    """All strings in a value, keys left out."""
    if isinstance(value, str):
        yield Text(pointer, value)
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from strings(member, pointer + step(key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from strings(item, f"{pointer}/{number}")


@dataclass(frozen=True)
class Region:
    """Several texts as one, so that a value can be looked for, and compared, across message boundaries."""

    texts: tuple[Text, ...]

    @cached_property
    def text(self) -> str:
        """The texts in order, an empty line between two."""
        return BETWEEN.join(one.text for one in self.texts)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(accumulate((len(one.text) + len(BETWEEN) for one in self.texts), initial=0))

    def starts(self) -> Iterator[int]:
        """Where each text begins."""
        yield from self._starts[: len(self.texts)]

    def span(self, start: int, end: int) -> Span:
        """A stretch of the region as a place of the chat form: the part of it in the text that it begins in."""
        if not self.texts:
            return Span("/messages")
        number = max(n for n, at in enumerate(self.starts()) if at <= max(start, 0))
        behind = start >= self._starts[number] + len(self.texts[number].text)
        if behind and number + 1 < len(self.texts) and end > self._starts[number + 1]:
            # From between two texts on into the next one: it is in that one.
            number, start = number + 1, self._starts[number + 1]
        one, offset = self.texts[number], max(start, 0) - self._starts[number]
        offset = min(offset, len(one.text))
        return Span(one.pointer, offset, max(0, min(end - start, len(one.text) - offset)))

    def offset(self, pointer: str, offset: int) -> int | None:
        """Where a character of one of its texts stands in the region."""
        for one, start in zip(self.texts, self.starts(), strict=True):
            if one.pointer == pointer:
                return start + offset
        return None


def system_region(chat: Chat) -> Region:
    """The leading system and developer messages."""
    return Region(
        tuple(
            text
            for number, message in enumerate(chat.messages[: leading_system(chat)])
            for text in content_texts(message, f"/messages/{number}")
        )
    )
