"""In what way the texts and the calls of an earlier message are not what they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from promptlint.lint.calls import Call, arguments_meaning
from promptlint.lint.history_marks import is_cut, is_note, is_placeholder
from promptlint.lint.pieces import Change, Difference, difference
from promptlint.lint.rule import Span
from promptlint.lint.spelling import spelled
from promptlint.lint.turns import ChangedTurn

AROUND = 24  # characters of a word or a line that are shown with what differs
LEAST_CUT = 0.1  # share of a text that must be left of it: less is another text

Kind = Literal[
    "tool-result-pruned",
    "ephemeral-text-not-replayed",
    "truncated",
    "message inserted",
    "message moved",
    "message removed",
    "rewritten",
]


class Rewriting(NamedTuple):
    """The kind, where the texts part, and what to show of both."""

    kind: Kind
    at: Difference
    was: str
    now: str


class Edit(NamedTuple):
    """A place of a message that is not what it was, in `after` and in `before`."""

    kind: Kind
    span: Span
    related: Span
    was: str
    now: str


def edited_content(turn: ChangedTurn, change: Change) -> Edit:
    """A piece that changed, came or is gone."""
    old, new = ("" if piece is None else piece.text for piece in change)
    found = rewriting(turn.role, old, new)
    before = f"{turn.old_at}/content" if change.old is None else change.old.pointer
    after = f"{turn.new_at}/content" if change.new is None else change.new.pointer
    related, span = found.at.spans(before, after)
    if change.old is None:
        related = Span(before if "content" in turn.old else turn.old_at)
    if change.new is None:
        span = Span(after if "content" in turn.new else turn.new_at)
    return Edit(found.kind, span, related, found.was, found.now)


def edited_calls(turn: ChangedTurn, old: Sequence[Call], new: Sequence[Call]) -> Iterator[Edit]:
    """Calls of another tool, with other arguments, more of them or fewer."""
    for one, other in zip(old, new, strict=False):
        if one.name != other.name:
            span, related = Span(f"{other.at}/name"), Span(f"{one.at}/name")
            yield Edit("rewritten", span, related, as_text(one.name), as_text(other.name))
        elif not _same_arguments(one.arguments, other.arguments):
            yield _edited_arguments(one, other)
    if len(old) > len(new):
        gone, span = old[len(new)], Span(new[-1].pointer if new else turn.new_at)
        yield Edit("rewritten", span, Span(gone.pointer), call_as_text(gone), "")
    elif len(new) > len(old):
        come, related = new[len(old)], Span(old[-1].pointer if old else turn.old_at)
        yield Edit("rewritten", Span(come.pointer), related, "", call_as_text(come))


def _same_arguments(old: Any, new: Any) -> bool:
    if spelled(old) == spelled(new):
        return True
    meaning = arguments_meaning(old)
    return meaning is not None and meaning == arguments_meaning(new)


def _edited_arguments(old: Call, new: Call) -> Edit:
    found = rewriting("assistant", as_text(old.arguments), as_text(new.arguments))
    related, span = found.at.spans(old.arguments_at, new.arguments_at)
    if not isinstance(old.arguments, str) or not isinstance(new.arguments, str):
        related, span = Span(old.arguments_at), Span(new.arguments_at)
    return Edit(found.kind, span, related, found.was, found.now)


def call_as_text(call: Call) -> str:
    """A call as a message shows it."""
    return f"{call.name}({as_text(call.arguments)})"


def as_text(value: Any) -> str:
    """A value as a message shows it: texts as they are, the rest as JSON."""
    return value if isinstance(value, str) else spelled(value)


def rewriting(role: str, old: str, new: str) -> Rewriting:
    """How a text was changed; either may be empty, where a text came or is gone."""
    found = difference(old, new)
    kind = _kind(role, old, new, found)
    if kind == "tool-result-pruned" and is_placeholder(old, new):
        return Rewriting(kind, found, old, new)
    return Rewriting(kind, found, _widened(old, found, found.old), _widened(new, found, found.new))


def _kind(role: str, old: str, new: str, found: Difference) -> Kind:
    is_shorter = len(new) < len(old)
    if role == "tool" and (is_placeholder(old, new) or (is_shorter and (is_note(old, new) or is_cut(old, new)))):
        return "tool-result-pruned"
    if not new.strip():
        return "rewritten" if role == "assistant" else "ephemeral-text-not-replayed"
    if found.new.strip() or not is_shorter:
        return "truncated" if is_shorter and (is_note(old, new) or is_cut(old, new)) else "rewritten"
    # Only something was taken out: the end of an answer was cut off, but what a client adds to a turn was not kept.
    at_end = found.offset + len(found.old) >= len(old.rstrip())
    is_own_line = "\n" in found.old or old[: found.offset].endswith("\n") or found.old.lstrip().startswith(("<", "["))
    if at_end and (role == "assistant" or not is_own_line) and len(new) >= len(old) * LEAST_CUT:
        return "truncated"
    return "rewritten" if role == "assistant" else "ephemeral-text-not-replayed"


def _widened(text: str, found: Difference, part: str) -> str:
    """What differs with the words that it begins and ends in; as it is where the other side has nothing there."""
    if not found.old.strip() or not found.new.strip():
        return part.strip()
    start, end = found.offset, found.offset + len(part)
    first = max(start - AROUND, 0)
    while start > first and not text[start - 1].isspace():
        start -= 1
    last = min(end + AROUND, len(text))
    while end < last and not text[end].isspace():
        end += 1
    return text[start:end].strip()
