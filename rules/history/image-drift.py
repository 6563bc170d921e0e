"""KV408: an image of an earlier message is gone, is another one, or is written down in another way."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.context import PairContext
from promptlint.lint.message import Name
from promptlint.lint.pieces import Change, Piece, difference
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.spelling import spelled
from promptlint.lint.turns import ChangedTurn, changed_turns, putting

WHERE = "of an earlier {role} message"
MESSAGES = {
    "gone": f"the {{medium}} {WHERE} is gone",
    "replaced": f"the {{medium}} {WHERE} is replaced by {{text!r}}",
    "added": "there is a new {medium} in an earlier {role} message",
    "other bytes": f"the {{medium}} {WHERE} has other bytes from character {{offset}} on, as if encoded again",
    "another address": f"the {{medium}} {WHERE} has another address: {{was!r}} became {{text!r}}",
    "another form": f"the {{medium}} {WHERE} has the same bytes in another form: {{was!r}} became {{text!r}}",
    "other settings": f"the {{medium}} {WHERE} has other settings",
}
SHOWN = 24  # characters of a form or an address on each side of what differs


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """A hit at each; a text in its place is explained with it."""
    for turn in changed_turns(context):
        old, new = turn.pieces()
        for change in turn.content_changes():
            if change.kind == "medium":
                yield _hit(context, turn, change)
        yield from _settings(turn, old, new)


def _hit(context: PairContext, turn: ChangedTurn, change: Change) -> Hit:
    old, new = change
    holder = f"{turn.new_at}/content" if turn.new.get("content") is not None else turn.new_at
    if old is None or not old.is_medium:
        assert new is not None
        related = Span(f"{turn.old_at}/content" if old is None else old.part)
        return _told(turn, "added", new, Span(new.part), "", related)
    if new is None:
        return _told(turn, "gone", old, Span(holder), "", Span(old.part))
    if not new.is_medium:
        return _told(turn, "replaced", old, Span(new.pointer), new.text, Span(old.part))
    found = difference(old.text, new.text)
    related, span = found.spans(old.pointer, new.pointer)
    if context.after.request.dialect == "anthropic":  # its blocks hold the data elsewhere
        related, span = Span(old.part), Span(new.part)
    fields = {"was": _around(old.text, found.offset), "offset": found.offset}
    kind = (
        "another form"
        if old.key == new.key
        else "other bytes"
        if _is_data(old) and _is_data(new)
        else "another address"
    )
    return _told(turn, kind, old, span, _around(new.text, found.offset), related, fields)


def _is_data(piece: Piece) -> bool:
    return not piece.text[:8].lower().startswith(("http", "file"))


def _around(text: str, offset: int) -> str:
    start = max(0, offset - SHOWN)
    return text[start : offset + SHOWN] + ("…" if len(text) > offset + SHOWN else "")


def _settings(turn: ChangedTurn, old: list[Piece], new: list[Piece]) -> Iterator[Hit]:
    """Such as the detail in which an image is looked at."""
    if len(old) != len(new):
        return
    for one, other in zip(old, new, strict=True):
        if one.is_medium and one.text == other.text and spelled(one.value) != spelled(other.value):
            yield _told(turn, "other settings", one, Span(other.part), "", Span(one.part))


def _told(
    turn: ChangedTurn,
    kind: str,
    piece: Piece,
    span: Span,
    text: str,
    related: Span,
    fields: dict[str, object] | None = None,
) -> Hit:
    return Hit(
        span,
        text,
        related=related,
        fields={"role": Name(turn.role), "medium": Name(piece.kind), **(fields or {})},
        message=MESSAGES[kind],
        identity=f"{piece.kind} {kind}",
        claims=(Span(span.pointer), Span(piece.part.replace(turn.old_at, turn.new_at, 1))),
        repair=putting(turn.after, turn.old),
    )
