"""KV401: a text of an earlier message is the same but for its white space."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.context import PairContext
from promptlint.lint.message import Name, Words
from promptlint.lint.pieces import Change, difference
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.turns import ChangedTurn, changed_system_messages, changed_turns

NAMES = str.maketrans({"\r": "\\r", "\n": "\\n", "\t": "\\t", "\xa0": "\\xa0"})


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """A hit at the first character that differs, in each text."""
    for turn in changed_system_messages(context):
        yield from (_hit(turn, one) for one in turn.content_changes() if _is_layout(one))
    for turn in changed_turns(context):
        yield from (_hit(turn, one) for one in turn.content_changes() if one.kind == "spaces")


def _is_layout(change: Change) -> bool:
    """Other ends of lines and of the text: what else changes in a system prompt is told as a change of it."""
    if change.kind != "spaces" or change.old is None or change.new is None:
        return False
    old, new = ([line.strip() for line in piece.text.strip().splitlines()] for piece in (change.old, change.new))
    return old == new


def _hit(turn: ChangedTurn, change: Change) -> Hit:
    old, new = ("" if piece is None else piece.text for piece in change)
    found = difference(old, new)
    before = f"{turn.old_at}/content" if change.old is None else change.old.pointer
    after = f"{turn.new_at}/content" if change.new is None else change.new.pointer
    related, span = found.spans(before, after)
    if change.new is None:
        span = Span(after if "content" in turn.new else turn.new_at)
    kind = _kind(old, new)
    return Hit(
        span,
        found.new.translate(NAMES),
        related=related if change.old is not None else Span(turn.old_at),
        fields={"role": Name(turn.role), "kind": Words(kind), "was": found.old.translate(NAMES)},
        identity=f"{turn.role}: {kind}",
        claims=(Span(span.pointer),),
    )


def _kind(old: str, new: str) -> str:
    if old.replace("\r\n", "\n") == new.replace("\r\n", "\n"):
        return "line ends"
    if old.strip() == new.strip():
        start = "" if old.rstrip() == new.rstrip() else "start"
        end = "" if old.lstrip() == new.lstrip() else "end"
        return f"white space at its {' and '.join(filter(None, (start, end))) or 'ends'}"
    if [line.rstrip() for line in old.splitlines()] == [line.rstrip() for line in new.splitlines()]:
        return "white space at the ends of lines"
    return "white space inside"
