"""Which part of the request a character of the prompt comes from.

The request is rendered a second time with every string wrapped in two private-use characters of its own. When the
text without them equals the first rendering, their places say where every string went. Templates that test strings,
cut ids or re-spell schemas break this, so fewer strings are marked, down to one message at a time; at the end stands
a search for the strings in the order of the request, which is called approximate.
"""

from __future__ import annotations

import contextlib
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from promptlint.errors import PromptlintError, StoppedError
from promptlint.model import Chat
from promptlint.records import dataclass
from promptlint.render.leaves import Leaf, leaves, marked

FIRST_OPEN, FIRST_CLOSE = 0xF0000, 0x100000  # planes 15 and 16, private use: one pair for each leaf
MOST_LEAVES = 0xFFFD
# As it is, as Python's repr spells it (a template that prints a list of parts), and as ASCII JSON does.
MARK = re.compile(r"[\U000f0000-\U0010fffd]|\\U00(?:0f|10)[0-9a-f]{4}|\\udb[89a-f][0-9a-f]\\ud[c-f][0-9a-f]{2}")
MOST_SINGLE_RENDERINGS = 16  # spent on marking one message, or one tool, at a time


@dataclass(frozen=True, slots=True)
class Span:
    """Where a leaf stands in the prompt: characters start..end show `leaf.text` from `skipped` on."""

    start: int
    end: int
    leaf: Leaf
    skipped: int
    exact: bool = True  # false: found by search


@dataclass(frozen=True, slots=True)
class Provenance:
    """The spans of a prompt's text, in order; not complete when there are strings whose place is not known."""

    text: str
    spans: tuple[Span, ...]
    complete: bool

    def around(self, offset: int) -> tuple[Span | None, Span | None, Span | None]:
        """The span before `offset`, the one that holds it, and the next one."""
        index = bisect_right(self.spans, offset, key=lambda span: span.start) - 1
        last = self.spans[index] if index >= 0 else None
        following = self.spans[index + 1] if index + 1 < len(self.spans) else None
        if last is not None and offset < last.end:
            return (self.spans[index - 1] if index else None), last, following
        return last, None, following

    def last_until(self, offset: int) -> Span | None:
        """The last span that starts at `offset` or before it."""
        before, here, _ = self.around(offset)
        return here or before


def trace(chat: Chat, text: str, render: Callable[[Chat], str], focus: int = 0) -> Provenance:
    """Find the spans of `text`, the rendering of `chat`, by rendering marked copies of it.

    `render` may raise PromptlintError for a marked copy; that rung of the ladder then does not hold. Where strings
    have to be marked message by message, those around the offset `focus` come first.
    """
    every = list(leaves(chat))[:MOST_LEAVES]
    if isinstance(chat.rendered, str):  # behind a BOS that the server puts there
        return Provenance(text, (Span(len(text) - len(chat.rendered), len(text), every[0], 0),), complete=True)
    if chat.rendered is not None:
        return Provenance(text, tuple(_spans_by_search(text, every)), complete=False)
    # A template that hangs on marks alone has cost its seconds once; each further rung could cost them again.
    with contextlib.suppress(StoppedError):
        return _by_marks(chat, text, every, render, focus)
    return Provenance(text, tuple(_spans_by_search(text, every)), complete=False)


def _by_marks(chat: Chat, text: str, every: list[Leaf], render: Callable[[Chat], str], focus: int) -> Provenance:
    if MARK.search(text) is None:

        def spans_of(chosen: list[Leaf]) -> tuple[Span, ...] | None:
            return _spans_by_marks(chat, text, chosen, render)

        for kinds in ({"text", "name"}, {"text"}):
            spans = spans_of([leaf for leaf in every if leaf.kind in kinds])
            if spans is not None:
                return Provenance(text, spans, complete=True)
        return _in_parts(text, every, spans_of, focus)
    return Provenance(text, tuple(_spans_by_search(text, every)), complete=False)


def _in_parts(
    text: str, every: list[Leaf], spans_of: Callable[[list[Leaf]], tuple[Span, ...] | None], focus: int
) -> Provenance:
    """Messages and tools apart; where even that changes what is printed, one at a time, and the rest by search."""
    texts = [leaf for leaf in every if leaf.kind == "text"]
    searched = list(_spans_by_search(text, texts))
    near = {span.leaf.group: abs(span.start - focus) for span in searched}
    found: list[Span] = []
    missed: set[str] = set()
    for part in ([leaf for leaf in texts if leaf.in_messages], [leaf for leaf in texts if not leaf.in_messages]):
        spans = spans_of(part)
        if spans is None:
            groups = sorted(dict.fromkeys(leaf.group for leaf in part), key=lambda group: near.get(group, len(text)))
            for number, group in enumerate(groups):
                marked_alone = [leaf for leaf in part if leaf.group == group]
                spans = spans_of(marked_alone) if number < MOST_SINGLE_RENDERINGS else None
                if spans is None:
                    missed.add(group)
                found.extend(spans or ())
        else:
            found.extend(spans)
    found.extend(span for span in searched if span.leaf.group in missed)
    spans = tuple(sorted(found, key=lambda span: span.start))
    return Provenance(text, spans, complete=missed <= {span.leaf.group for span in spans})


def _spans_by_marks(
    chat: Chat, text: str, chosen: list[Leaf], render: Callable[[Chat], str]
) -> tuple[Span, ...] | None:
    """The spans of the chosen leaves; None when the marks changed what the template prints."""
    if not chosen:
        return ()
    try:
        second = render(marked(chat, chosen, FIRST_OPEN, FIRST_CLOSE))
    except StoppedError:
        raise
    except PromptlintError:
        return None
    pieces = MARK.split(second)
    if "".join(pieces) != text:
        return None
    return tuple(_read_marks(second, text, chosen))


def _read_marks(second: str, text: str, chosen: list[Leaf]) -> Iterator[Span]:
    opened: dict[int, int] = {}
    removed = 0
    for match in MARK.finditer(second):
        at, code = match.start() - removed, _code(match.group())
        removed += len(match.group())
        if code < FIRST_CLOSE:
            opened[code - FIRST_OPEN] = at
        elif (number := code - FIRST_CLOSE) in opened and number < len(chosen):
            yield _with_outer_space(text, opened.pop(number), at, chosen[number])


def _code(mark: str) -> int:
    if len(mark) == 1:
        return ord(mark)
    return int(mark[2:], 16) if mark[1] == "U" else ord(json.loads(f'"{mark}"'))


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
            yield Span(found, found + len(value), leaf, len(leaf.text) - len(leaf.text.lstrip()), exact=False)
            at = found + len(value)
