"""What kind of difference it is that two system regions show, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from promptlint.common_prefix import common_prefix
from promptlint.comparison.location import leading_system
from promptlint.lint.context import PairContext
from promptlint.lint.detect import clock, counter, nonce
from promptlint.lint.detect.match import Match
from promptlint.lint.hunks import Hunk
from promptlint.lint.sections import layout
from promptlint.lint.texts import BETWEEN, Region, content_texts
from promptlint.model import Chat

BEFORE, WITHIN, BEHIND = 24, 40, 12  # characters of a line that a message shows around what differs
REPLACED = 0.2  # share of the shorter text below which what both have in common is chance
SUMMARY_MARKS = ("context compaction", "summary of", "<summary>", "conversation summary", "previous conversation")

Kind = Literal[
    "clock", "date", "counter", "id", "number", "reordered", "added", "removed", "compaction", "replaced", "text"
]


class Change(NamedTuple):
    """The kind of a difference; `name` is the heading of a section that came or went."""

    kind: Kind
    name: str = ""


def real_hunks(context: PairContext) -> list[Hunk]:
    """Those that are more than white space, which has a rule of its own; no wider than what differs."""
    before, after = context.before.system.text, context.after.system.text
    return [_narrowed(before, after, hunk) for hunk in context.system_hunks if not _only_spaces(context, hunk)]


def _narrowed(before: str, after: str, hunk: Hunk) -> Hunk:
    """Without the words that both sides begin and end with."""
    old, new = before[hunk.before_start : hunk.before_end], after[hunk.after_start : hunk.after_end]
    start = common_prefix(old, new)
    while start and old[start - 1].isalnum():
        start -= 1
    end = common_prefix(old[start:][::-1], new[start:][::-1])
    while end and old[-end].isalnum():
        end -= 1
    return Hunk(hunk.before_start + start, hunk.before_end - end, hunk.after_start + start, hunk.after_end - end)


def _only_spaces(context: PairContext, hunk: Hunk) -> bool:
    before, after = context.before.system, context.after.system
    old, new = before.text[hunk.before_start : hunk.before_end], after.text[hunk.after_start : hunk.after_end]
    # Empty lines count inside of a text, not where it begins and ends.
    if not old.strip() and not new.strip() and _at_edge(before, hunk.before_start, hunk.before_end):
        return _at_edge(after, hunk.after_start, hunk.after_end)
    old = before.text[slice(*_lines_around(before.text, hunk.before_start, hunk.before_end))]
    new = after.text[slice(*_lines_around(after.text, hunk.after_start, hunk.after_end))]
    return _stripped(old) == _stripped(new)


def _stripped(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def _at_edge(region: Region, start: int, end: int) -> bool:
    for one, first in zip(region.texts, region.starts(), strict=True):
        if first <= start <= first + len(one.text) + len(BETWEEN):
            return not one.text[: max(0, start - first)].strip() or not one.text[max(0, end - first) :].strip()
    return True


def _lines_around(text: str, start: int, end: int) -> tuple[int, int]:
    close = text.find("\n", end - 1 if end > start and text[end - 1] == "\n" else end)
    return text.rfind("\n", 0, start) + 1, len(text) if close < 0 else close + 1


def excerpt(text: str, start: int, end: int) -> str:
    """What differs with a few words of its line before and behind it, on one line."""
    line, _ = _lines_around(text, start, end)
    close = text.find("\n", end)
    close = min(len(text) if close < 0 else close, end + BEHIND)
    body, behind = text[start:end], text[end:close]
    if body.endswith("\n"):  # whole lines: the next one is not part of it
        behind = ""
    if len(body) > WITHIN:
        body, behind = body[: WITHIN - 1] + "…", ""
    return " ".join(f"{_head(text[line:start])}{body}{behind}".split())


def _head(before: str) -> str:
    """The last whole words of what stands before it in its line."""
    if len(before) <= BEFORE:
        return before
    cut = before.find(" ", len(before) - BEFORE)
    return "…" + (before[cut + 1 :] if cut >= 0 else before[-BEFORE:])


def classified(context: PairContext, hunk: Hunk) -> Change:
    """What happened at a hunk, or to the whole region."""
    before, after = context.before.system, context.after.system
    if compacted(context):
        return Change("compaction")
    if reordered(before.text, after.text):
        return Change("reordered")
    if _kept_share(context) < REPLACED:
        return Change("replaced")
    value = _value_kind(before.text, hunk.before_start, hunk.before_end)
    if value is not None and value == _value_kind(after.text, hunk.after_start, hunk.after_end):
        return Change(value)
    old, new = before.text[hunk.before_start : hunk.before_end], after.text[hunk.after_start : hunk.after_end]
    if not old.strip() and new.strip():
        return Change("added", _section_name(after, hunk.after_start, hunk.after_end))
    if not new.strip() and old.strip():
        return Change("removed", _section_name(before, hunk.before_start, hunk.before_end))
    return Change("text")


def reordered(before: str, after: str) -> bool:
    """Do two different texts have the same lines."""
    old, new = ([line.strip() for line in text.splitlines() if line.strip()] for text in (before, after))
    return old != new and Counter(old) == Counter(new)


def compacted(context: PairContext) -> bool:
    """Was the history replaced by a summary in the same step."""
    before, after = context.before.chat, context.after.chat
    old, new = before.messages[leading_system(before) :], after.messages[leading_system(after) :]
    if not old or list(new[: len(old)]) == list(old):
        return False
    known = set(_summaries(before))
    if any(text not in known for text in _summaries(after)):
        return True
    region = context.after.system.text
    return any(_is_summary(region[hunk.after_start : hunk.after_end]) for hunk in context.system_hunks)


def _summaries(chat: Chat) -> Iterator[str]:
    """Texts behind the system messages that say of themselves that they are a summary."""
    for message in chat.messages[leading_system(chat) :]:
        yield from (one.text for one in content_texts(message, "") if _is_summary(one.text))


def _is_summary(text: str) -> bool:
    return any(mark in text.lower() for mark in SUMMARY_MARKS)


def _kept_share(context: PairContext) -> float:
    before, after = context.before.system.text, context.after.system.text
    gone = sum(hunk.before_end - hunk.before_start for hunk in context.system_hunks)
    shorter = min(len(before), len(after))
    return (len(before) - gone) / shorter if before.strip() and after.strip() else 1.0


def _value_kind(text: str, start: int, end: int) -> Kind | None:
    """The kind of value that covers a stretch, whatever its line says of it."""
    line, close = _lines_around(text, start, end)
    words, first, last = text[line:close], start - line, end - line
    looks: tuple[tuple[Kind, Callable[[str], Iterable[Match]]], ...] = (
        ("clock", clock.loose),
        ("counter", counter.find),
        ("id", nonce.loose),
        ("number", counter.loose),
    )
    for kind, find in looks:
        for match in find(words):
            if match.start <= first and last <= match.end:
                return "date" if kind == "clock" and match.granularity == "day" else kind
    return None


def _section_name(region: Region, start: int, end: int) -> str:
    """The first section that lies in a stretch; empty where it is only a part of one."""
    sections = [one for one in layout(region).sections if start <= one.start + 1 and one.end <= end + 1]
    return sections[0].name(region.text) if sections else ""
