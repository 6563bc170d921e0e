"""KV405: an earlier message is not sent again as it was, in a way that no other rule explains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from promptlint.lint.calls import calls_of
from promptlint.lint.context import PairContext
from promptlint.lint.front import all_behind, compaction, dropped_front
from promptlint.lint.message import Name, Words
from promptlint.lint.moved_messages import Moved, moved_messages, split_calls, without_moved
from promptlint.lint.pieces import Change, pieces
from promptlint.lint.reasoning import same_but_for_thought
from promptlint.lint.rewriting import Edit, Kind, as_text, call_as_text, edited_calls, edited_content
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.spelling import spelled
from promptlint.lint.turns import ChangedTurn, Repair, changed_turns, putting

KEYS = ("role", "name", "tool_call_id", "refusal", "audio", "function_call")
MESSAGES = {
    "tool-result-pruned": "an old tool result was pruned ({kind}): {was!r} became {text!r}",
    "ephemeral-text-not-replayed": "text that an earlier {role} message had is not sent again ({kind}): {was!r}",
    "truncated": "an earlier {role} message was cut ({kind}): {was!r} is gone",
    "message inserted": "a message of the role {role} came in between ({kind}): {text!r}",
    "message moved": "an earlier {role} message stands at another place ({kind}): {text!r}",
    "message removed": "an earlier {role} message is gone ({kind}): {was!r}",
    "rewritten": "an earlier {role} message is another one ({kind}): {was!r} became {text!r}",
}
HINTS = {
    "tool-result-pruned": "Keep old results as they are, or prune many at once, at a boundary such as a compaction.",
    "ephemeral-text-not-replayed": "Store what was sent, with the text that was added for that turn, or leave it out.",
    "message inserted": "Put what is new behind the last message.",
    "message moved": "Keep each message at the place where it was first sent, and append what is new.",
}


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """The differences in the order of `after`: messages that changed, are gone, or came in between."""
    if context.grew or dropped_front(context) is not None or compaction(context) is not None:
        return
    found = [(turn.after, hit) for turn in changed_turns(context) for hit in _in_turn(context, turn)]
    moved = moved_messages(context)
    found += [(one.after, _moved(context, one)) for one in moved]
    yield from (hit for _, hit in sorted([*found, *_whole(context, moved)], key=lambda one: one[0]))


def _whole(context: PairContext, moved: Sequence[Moved]) -> Iterator[tuple[int, Hit]]:
    """Messages without a counterpart. One that is gone where another of its role came was replaced by it."""
    before, after = context.before.messages, context.after.messages
    alignment = without_moved(context.alignment, moved)
    free = {*alignment.inserted, *alignment.appended}
    turns = ((pair.before, pair.after) for pair in alignment.pairs)
    replaced = {part for turn in turns for part in split_calls(context, *turn, alignment.inserted)}
    behind = [number for number in alignment.removed if not alignment.pairs or number > alignment.pairs[-1].before]
    for number in [*(one for one in alignment.removed if one not in behind), *behind[:1]]:
        at = alignment.missing_at(number)
        at += next((step for step in range(len(free)) if at + step not in replaced), 0)
        rest = behind[1:] if behind and number == behind[0] else []
        if at in free and after[at].get("role") == before[number].get("role"):
            replaced.add(at)
            hit = _replaced(ChangedTurn(number, at, before[number], after[at]))
            parts = split_calls(context, number, at, alignment.inserted)
            if parts:
                replaced.update(parts)
                claims = tuple(Span(f"/messages/{part}") for part in parts)
                hit = replace(hit, note=f"its calls stand in {len(parts) + 1} messages now", claims=claims)
        else:
            hit = _gone(context, number, at)
        yield at, _with_the_rest(context, hit, at, rest)
    for number in alignment.inserted:
        if number not in replaced and not context.is_claimed(Span(f"/messages/{number}")):
            yield number, _inserted(context, number)


def _with_the_rest(context: PairContext, hit: Hit, at: int, rest: Sequence[int]) -> Hit:
    """From there on it is another conversation: one finding is enough."""
    if not rest:
        return hit
    note = f"and the {len(rest):,} behind it {'is' if len(rest) == 1 else 'are'} not sent again"
    gone = tuple(Span(f"/messages/{number}") for number in rest)
    return replace(hit, note=note, claims=all_behind(context, at), related_claims=gone)


def _replaced(turn: ChangedTurn) -> Hit:
    changes = list(turn.content_changes())
    if changes:
        return _edited(turn, edited_content(turn, changes[0]))
    return _hit(turn, "rewritten", Span(turn.new_at), Span(turn.old_at), _shown(turn.old), _shown(turn.new))


def _gone(context: PairContext, number: int, at: int) -> Hit:
    message = context.before.messages[number]
    is_last = number == len(context.before.messages) - 1
    kind: Kind = "ephemeral-text-not-replayed" if is_last and message.get("role") != "assistant" else "message removed"
    span = Span(f"/messages/{at}") if at < len(context.after.messages) else Span("/messages")
    turn = ChangedTurn(number, at, message, message)
    repair = putting(at, message, instead_of=0)
    return _hit(turn, kind, span, Span(turn.old_at), _shown(message), "", repair)


def _moved(context: PairContext, moved: Moved) -> Hit:
    message = context.after.messages[moved.after]
    turn = ChangedTurn(moved.before, moved.after, message, message)
    claims = tuple(Span(f"/messages/{number}") for number in moved.between)
    hit = _hit(turn, "message moved", Span(turn.new_at), Span(turn.old_at), "", _shown(message), moved.back)
    return replace(hit, claims=claims)


def _inserted(context: PairContext, number: int) -> Hit:
    message = context.after.messages[number]
    turn = ChangedTurn(0, number, message, message)
    return _hit(turn, "message inserted", Span(turn.new_at), None, "", _shown(message), putting(number))


def _in_turn(context: PairContext, turn: ChangedTurn) -> Iterator[Hit]:
    for change in turn.content_changes():
        span = Span(f"{turn.new_at}/content" if change.new is None else change.new.pointer)
        if change.kind == "text" and not _is_thought(change) and not _is_told(context, turn, span):
            yield _edited(turn, edited_content(turn, change))
    for name in KEYS:
        old, new = turn.old.get(name), turn.new.get(name)
        at = Span(f"{turn.new_at}/{name}")
        if old is not None and new is not None and spelled(old) != spelled(new) and not _is_told(context, turn, at):
            yield _hit(turn, "rewritten", at, Span(f"{turn.old_at}/{name}"), as_text(old), as_text(new))
    old = list(calls_of(context.before.messages, turn.before))
    new = list(calls_of(context.after.messages, turn.after))
    for edit in edited_calls(turn, old, new):
        if not _is_told(context, turn, edit.span):
            yield _edited(turn, edit)


def _is_thought(change: Change) -> bool:
    return change.old is not None and change.new is not None and same_but_for_thought(change.old.text, change.new.text)


def _is_told(context: PairContext, turn: ChangedTurn, span: Span) -> bool:
    """Is it explained; that something of the message is missing does not explain what else of it differs."""
    whole = Span(turn.new_at)
    return any(other.touches(span) for other in context.claimed if other != whole)


def _edited(turn: ChangedTurn, edit: Edit) -> Hit:
    return _hit(turn, edit.kind, edit.span, edit.related, edit.was, edit.now)


def _shown(message: dict[str, Any]) -> str:
    texts = [piece.text for piece in pieces(message, "")]
    return "\n".join(texts) or ", ".join(map(call_as_text, calls_of([message], 0)))


def _hit(
    turn: ChangedTurn, kind: Kind, span: Span, related: Span | None, was: str, now: str, repair: Repair | None = None
) -> Hit:
    return Hit(
        span,
        now,
        related=related,
        fields={"role": Name(turn.role), "kind": Words(kind), "was": was},
        message=MESSAGES[kind],
        identity=f"{turn.role}: {kind}",
        hint=HINTS.get(kind),
        repair=repair or putting(turn.after, turn.old),
    )
