"""Which part of the request a character of the prompt comes from.

The request is rendered a second time with every string wrapped in two private-use characters of its own. When the
text without them equals the first rendering, their places say where every string went. Templates that test strings,
cut ids or re-spell schemas break this, so fewer strings are marked, down to one message at a time; at the end stands
a search for the strings in the order of the request, which is called approximate.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from promptlint.errors import PromptlintError
from promptlint.model import Chat
from promptlint.render.leaves import Leaf, leaves, marked

FIRST_OPEN, FIRST_CLOSE = 0xF0000, 0x100000  # planes 15 and 16, private use: one pair for each leaf
MOST_LEAVES = 0xFFFD
MARK = re.compile("[\U000f0000-\U0010fffd]")
MOST_SINGLE_MESSAGES = 16  # renderings spent on marking one message at a time, from the end of the conversation


@dataclass(frozen=True, slots=True)
class Span:
    """Where a leaf stands in the prompt: characters start..end show `leaf.text` from `skipped` on."""

    start: int
    end: int
    leaf: Leaf
    skipped: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """The spans of a prompt's text, in order; not exact when they were found by search."""

    text: str
    spans: tuple[Span, ...]
    exact: bool

    def around(self, offset: int) -> tuple[Span | None, Span | None, Span | None]:
        """The span before `offset`, the one that holds it, and the next one."""
        index = bisect_right(self.spans, offset, key=lambda span: span.start) - 1
        last = self.spans[index] if index >= 0 else None
        following = self.spans[index + 1] if index + 1 < len(self.spans) else None
        if last is not None and offset < last.end:
            return (self.spans[index - 1] if index else None), last, following
        return last, None, following


def trace(chat: Chat, text: str, render: Callable[[Chat], str]) -> Provenance:
    """Find the spans of `text`, the rendering of `chat`, by rendering marked copies of it.

    `render` may raise PromptlintError for a marked copy; that rung of the ladder then does not hold.
    """
    every = list(leaves(chat))[:MOST_LEAVES]
    if MARK.search(text) is None:
        for chosen in _ladder(every):
            spans = _spans_by_marks(chat, text, chosen, render)
            if spans is not None:
                return Provenance(text, spans, exact=True)
        pieces = [spans for chosen in _one_by_one(every) if (spans := _spans_by_marks(chat, text, chosen, render))]
        if pieces:
            merged = sorted((span for spans in pieces for span in spans), key=lambda span: span.start)
            return Provenance(text, tuple(merged), exact=True)
    return Provenance(text, tuple(_spans_by_search(text, every)), exact=False)


def _ladder(every: list[Leaf]) -> Iterator[list[Leaf]]:
    yield [leaf for leaf in every if leaf.kind != "tag"]
    yield [leaf for leaf in every if leaf.kind not in {"tag", "name"}]
    yield [leaf for leaf in every if leaf.kind == "text" and leaf.in_messages]


def _one_by_one(every: list[Leaf]) -> Iterator[list[Leaf]]:
    texts = [leaf for leaf in every if leaf.kind == "text"]
    groups = dict.fromkeys(leaf.group for leaf in texts)
    for group in list(groups)[::-1][:MOST_SINGLE_MESSAGES]:
        yield [leaf for leaf in texts if leaf.group == group]


def _spans_by_marks(
    chat: Chat, text: str, chosen: list[Leaf], render: Callable[[Chat], str]
) -> tuple[Span, ...] | None:
    """The spans of the chosen leaves; None when the marks changed what the template prints."""
    if not chosen:
        return None
    try:
        second = render(marked(chat, chosen, FIRST_OPEN, FIRST_CLOSE))
    except PromptlintError:
        return None
    pieces = MARK.split(second)
    if "".join(pieces) != text:
        return None
    return tuple(_read_marks(second, text, chosen))


def _read_marks(second: str, text: str, chosen: list[Leaf]) -> Iterator[Span]:
    opened: dict[int, int] = {}
    for count, match in enumerate(MARK.finditer(second)):
        at, code = match.start() - count, ord(match.group())
        if code < FIRST_CLOSE:
            opened[code - FIRST_OPEN] = at
        elif (number := code - FIRST_CLOSE) in opened and number < len(chosen):
            yield _with_outer_space(text, opened.pop(number), at, chosen[number])


def _with_outer_space(text: str, start: int, end: int, leaf: Leaf) -> Span:
    """The marks stand inside the leaf's outer whitespace: take in as much of it as the template printed."""
    value = leaf.text
    left = len(value) - len(value.lstrip())
    right = len(value) - len(value.rstrip())
    while left and start and text[start - 1] == value[left - 1]:
        start, left = start - 1, left - 1
    tail = value[len(value) - right :]
    while tail and not text.startswith(tail, end):
        tail = tail[:-1]
    return Span(start, end + len(tail), leaf, left)


def _spans_by_search(text: str, every: list[Leaf]) -> Iterator[Span]:
    """Leaves found one behind the other; a short one is not looked for, it would be found anywhere."""
    at = 0
    for leaf in every:
        value = leaf.text.strip()
        found = text.find(value, at) if len(value) >= 4 and leaf.kind == "text" else -1
        if found >= 0:
            yield Span(found, found + len(value), leaf, len(leaf.text) - len(leaf.text.lstrip()))
            at = found + len(value)
