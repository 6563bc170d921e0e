"""KV403: the reasoning of an earlier answer has another name, is gone, or is not what it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.lint.context import PairContext
from promptlint.lint.message import Name
from promptlint.lint.pieces import difference
from promptlint.lint.reasoning import IN_TEXT, NAMES, as_text, reasoning, same_but_for_thought
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.turns import ChangedTurn, Repair, changed_turns, putting

FOLDED = {"reasoning", "reasoning_content"}  # two names that vLLM takes for one
MESSAGES = {
    "renamed": "the reasoning of an earlier answer is now named {text!r}, and was {was!r}",
    "dropped": "the reasoning of an earlier answer is gone: {was!r}",
    "named once more": "the reasoning of an earlier answer stands under {text!r} too now",
    "named once less": "the reasoning of an earlier answer stands under {was!r} no longer",
    "added": "an earlier answer has reasoning now, and had none: {text!r}",
    "changed": "the reasoning of an earlier answer changed: {was!r} became {text!r}",
}


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """A hit at the first name that differs, in each answer."""
    for turn in changed_turns(context):
        old, new = reasoning(turn.old), reasoning(turn.new)
        come, gone = ([name for name in one if name not in other] for one, other in ((new, old), (old, new)))
        changed = [name for name in new if name in old and as_text(old[name]) != as_text(new[name])]
        if (come or gone) and _is_folded(context, old, new):
            continue
        if come and gone:
            yield _named(turn, gone[0], come[0], is_same=as_text(old[gone[0]]).split() == as_text(new[come[0]]).split())
        elif gone and new:
            related = _span(turn.old_at, gone[0])
            yield _hit(turn, "named once less", Span(turn.new_at), Name(gone[0]), {"was": Name(gone[0])}, related)
        elif come and old:
            span, is_key = _span(turn.new_at, come[0]), come[0] != IN_TEXT
            yield _hit(turn, "named once more", span, Name(come[0]), {}, Span(turn.old_at), key=is_key)
        elif gone:
            yield _dropped(turn, gone[0], old[gone[0]])
        elif come:
            yield _added(turn, come[0], new[come[0]])
        elif changed:
            yield _changed(turn, changed[0])


def _is_folded(context: PairContext, old: dict[str, Any], new: dict[str, Any]) -> bool:
    if not context.exact or context.after.model.profile != "vllm" or not {*old, *new} <= FOLDED:
        return False
    return {as_text(value) for value in old.values()} == {as_text(value) for value in new.values()}


def _named(turn: ChangedTurn, was: str, now: str, *, is_same: bool) -> Hit:
    """Another name, with the same text or with another one."""
    note = None if is_same else "its text is another one too"
    fields: dict[str, str] = {"was": Name(was)}
    return _hit(
        turn, "renamed", _span(turn.new_at, now), Name(now), fields, _span(turn.old_at, was), note, now != IN_TEXT
    )


def _dropped(turn: ChangedTurn, name: str, value: Any) -> Hit:
    span = Span(turn.new_at)
    if name == IN_TEXT:
        span = Span(f"{turn.new_at}/content", 0) if turn.new.get("content") else span
    return _hit(turn, "dropped", span, "", {"was": as_text(value).strip()}, _span(turn.old_at, name))


def _added(turn: ChangedTurn, name: str, value: Any) -> Hit:
    return _hit(turn, "added", _span(turn.new_at, name), as_text(value).strip(), {}, Span(turn.old_at))


def _changed(turn: ChangedTurn, name: str) -> Hit:
    key = "content" if name == IN_TEXT else name
    old, new = turn.old[key], turn.new[key]
    if not isinstance(old, str) or not isinstance(new, str):
        fields = {"was": as_text(old)}
        return _hit(turn, "changed", _span(turn.new_at, name), as_text(new), fields, _span(turn.old_at, name))
    found = difference(old, new)
    related, span = found.spans(f"{turn.old_at}/{key}", f"{turn.new_at}/{key}")
    return _hit(turn, "changed", span, found.new, {"was": found.old}, related)


def _span(at: str, name: str) -> Span:
    return Span(f"{at}/content", 0) if name == IN_TEXT else Span(f"{at}/{name}")


def _hit(
    turn: ChangedTurn,
    kind: str,
    span: Span,
    text: str,
    fields: dict[str, str],
    related: Span,
    note: str | None = None,
    key: bool = False,
) -> Hit:
    claims = [Span(f"{turn.new_at}/{name}") for name in reasoning(turn.new) if name != IN_TEXT]
    old, new = turn.old.get("content"), turn.new.get("content")
    if isinstance(old, str) and isinstance(new, str) and same_but_for_thought(old, new):
        claims.append(Span(f"{turn.new_at}/content"))
    return Hit(
        span,
        text,
        related=related,
        key=key,
        fields=fields,
        message=MESSAGES[kind],
        note=note,
        identity=f"renamed to {text}" if kind == "renamed" else kind,
        claims=tuple(claims),
        repair=_repair(turn),
    )


def _repair(turn: ChangedTurn) -> Repair:
    """Gives the answer its old reasoning back."""
    kept = {name: value for name, value in turn.new.items() if name not in NAMES}
    message = {**kept, **{name: value for name, value in turn.old.items() if name in NAMES}}
    if IN_TEXT in {**reasoning(turn.old), **reasoning(turn.new)}:
        message["content"] = turn.old.get("content")
    return putting(turn.after, message)
