"""KV204: an earlier message says the same in another form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.lint.calls import same_calls
from promptlint.lint.context import PairContext
from promptlint.lint.message import Name, Words
from promptlint.lint.message_keys import ALLOWED
from promptlint.lint.pieces import is_regrouped
from promptlint.lint.reasoning import NAMES
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.spelling import MARKER, spelled
from promptlint.lint.turns import ChangedTurn, changed_system_messages, changed_turns, putting
from promptlint.positions import step

DIALECTS = ("openai_chat", "ollama")  # the messages of the others are translated: their keys are not the sender's
# Reasoning has a rule of its own, and so have keys that no API knows.
KEYS = ALLOWED - {*NAMES, MARKER, "content"}


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """A hit for each message: its keys, the type of its content, the parts of it; and for each call, its keys."""
    as_sent = context.after.request.dialect in DIALECTS
    for turn in changed_system_messages(context):
        if as_sent:
            yield from _keys(turn)
            yield from _content(context, turn, regrouped=False)
    for turn in changed_turns(context):
        if as_sent:
            yield from _keys(turn)
        yield from _content(context, turn, regrouped=True, as_sent=as_sent)
    if as_sent and not context.grew:
        yield from _calls(context)


def _keys(turn: ChangedTurn) -> Iterator[Hit]:
    """The first key that came, else the first that is gone. Calls that did are more than another form."""
    old, new = ({name for name in KEYS if one.get(name) is not None} for one in (turn.old, turn.new))
    come = [name for name in turn.new if name in new - old and not (name == "tool_calls" and turn.new[name])]
    gone = [name for name in turn.old if name in old - new and not (name == "tool_calls" and turn.old[name])]
    if come:
        span, message = Span(f"{turn.new_at}/{come[0]}"), "an earlier {role} message has the key {text!r} now"
        yield _hit(turn, span, Name(come[0]), Span(turn.old_at), f"key {come[0]} added", message, key=True)
    elif gone:
        related, message = Span(f"{turn.old_at}/{gone[0]}"), "an earlier {role} message has lost the key {text!r}"
        yield _hit(turn, Span(turn.new_at), Name(gone[0]), related, f"key {gone[0]} gone", message)


def _content(context: PairContext, turn: ChangedTurn, *, regrouped: bool, as_sent: bool = True) -> Iterator[Hit]:
    old, new = turn.pieces()
    was, now = _form(turn.old.get("content")), _form(turn.new.get("content"))
    if [piece.key for piece in old] != [piece.key for piece in new]:
        if regrouped and len(old) != len(new) and is_regrouped(old, new):
            yield _formed(turn, _described(was, len(old)), _described(now, len(new)))
        return
    if [piece.text for piece in old] != [piece.text for piece in new] or not as_sent:
        return
    if was != now:
        is_one_part = {was, now} == {"a string", "a list"} and len(old) == 1
        if not is_one_part or _prints(context, turn):
            yield _formed(turn, _described(was, len(old)), _described(now, len(new)))
    elif spelled(turn.old.get("content")) != spelled(turn.new.get("content")) and was == "a list":
        yield from _parts(turn)


def _form(content: Any) -> str:
    if content is None:
        return "null"
    if isinstance(content, str):
        return "a string" if content else "an empty string"
    return "a list" if content else "an empty list"


def _described(form: str, count: int) -> str:
    return f"a list of {count}" if form == "a list" else form


def _prints(context: PairContext, turn: ChangedTurn) -> bool:
    """A string and one text part are the same to most servers; that they are not to this one, its template tells."""
    return context.after.prints_change(putting(turn.after, turn.old)(context.after.chat)) is True


def _formed(turn: ChangedTurn, was: str, now: str) -> Hit:
    message = "the content of an earlier {role} message is {text} now, and was {was}"
    there = "content" in turn.new
    span = Span(f"{turn.new_at}/content" if there else turn.new_at)
    related = Span(f"{turn.old_at}/content" if "content" in turn.old else turn.old_at)
    kind = f"{was} became {now}"
    return _hit(turn, span, Words(now), related, kind, message, was=Words(was))


def _parts(turn: ChangedTurn) -> Iterator[Hit]:
    """Parts with the same text and other keys beside it. Those of media are told of by a rule of their own."""
    old, new = turn.old["content"], turn.new["content"]
    for number, (one, other) in enumerate(zip(old, new, strict=False)):
        is_text = all(isinstance(part, str) or (isinstance(part, dict) and "text" in part) for part in (one, other))
        if is_text and spelled(one) != spelled(other):
            at = f"content/{number}"
            message = "a part of an earlier {role} message has another form: {text!r}, and was {was!r}"
            span, related = Span(f"{turn.new_at}/{at}"), Span(f"{turn.old_at}/{at}")
            yield _hit(turn, span, _shape(other), related, "part", message, was=_shape(one))
            return


def _shape(part: Any) -> str:
    return Name(", ".join(part)) if isinstance(part, dict) else Words("a string")


def _calls(context: PairContext) -> Iterator[Hit]:
    for old, new in same_calls(context.before.messages, context.after.messages):
        for one, other, at, was_at in (
            (old.value, new.value, new.pointer, old.pointer),
            (old.holder, new.holder, new.at, old.at),
        ):
            come = [name for name in other if name not in one and name != MARKER]
            gone = [name for name in one if name not in other and name != MARKER]
            # That no API knows such keys is another fault: here is told that the call is not what was sent.
            fields = {"name": Name(new.name), "keys": Name(", ".join(f'"{name}"' for name in come or gone))}
            noun = "keys" if (come or gone)[1:] else "key"
            text = Name(", ".join(come or gone))
            if come:
                message = f"the call of {{name!r}} has the {noun} {{keys}} now, which it had not in the request before"
                claims = tuple(Span(at + step(name)) for name in come[1:])
                span, related = Span(at + step(come[0])), Span(was_at)
                yield Hit(span, text, related, key=True, fields=fields, message=message, claims=claims)
            elif gone:
                message = f"the call of {{name!r}} has lost the {noun} {{keys}}"
                yield Hit(Span(at), text, Span(was_at + step(gone[0])), fields=fields, message=message)


def _hit(
    turn: ChangedTurn,
    span: Span,
    text: str,
    related: Span,
    kind: str,
    message: str,
    *,
    key: bool = False,
    **fields: str,
) -> Hit:
    return Hit(
        span,
        text,
        related=related,
        key=key,
        fields={"role": Name(turn.role), **fields},
        message=message,
        identity=f"{turn.role}: {kind}",
        repair=putting(turn.after, turn.old),
    )
