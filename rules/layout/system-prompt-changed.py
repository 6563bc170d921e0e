"""KV109: the system region of a pair differs, and no rule of its own explains it; or of nearly all pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from promptlint.common_prefix import common_prefix
from promptlint.comparison.location import leading_system
from promptlint.lint.context import PairContext
from promptlint.lint.hunks import Hunk
from promptlint.lint.message import Phrase, Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.session import SessionContext, SessionHit
from promptlint.lint.system_change import Change, classified, excerpt, real_hunks
from promptlint.lint.texts import content_texts
from promptlint.model import Chat

LEAST_CHANGED = 2  # pairs; one change is what the pair itself tells
WORDS = {
    "clock": "a clock",
    "date": "a date",
    "counter": "a counter",
    "id": "an id",
    "number": "a number",
    "reordered": "the same lines in another order",
    "compaction": "rebuilt when the history was compacted",
    "replaced": "replaced altogether",
    "text": "text",
}
HINTS = {
    "clock": "Move the time into the last user message, or behind a tool.",
    "counter": "Move the counter into the last user message, or leave it out.",
    "number": "Move the number into the last user message, or leave it out.",
    "id": "Send the id beside the messages (metadata, a header), not in the prompt.",
    "reordered": "Put the lines in one order, such as by name, before they are joined.",
    "compaction": "Keep the stored system prompt at a compaction: it needs no rebuild where its sources are the same.",
}


def check(context: PairContext | SessionContext, _options: Options) -> Iterator[Hit | SessionHit]:
    """Of a pair or of a whole session."""
    if isinstance(context, SessionContext):
        for pairs in context.conversations():
            yield from _every_turn(pairs)
    else:
        yield from _of_pair(context)


def _every_turn(pairs: list[PairContext]) -> Iterator[SessionHit]:
    """One hit where more than half of the turns have another system prompt, whatever has changed in it.

    A store that has failed silently shows like this: what is recalled, or read from a clock, is no longer the stored
    prompt's. Where rules of their own tell all that has changed, this is but where to look for the reason. A compaction
    that rebuilt the prompt stays a finding of its own.
    """
    changed = [pair for pair in pairs if real_hunks(pair)]
    if len(changed) < LEAST_CHANGED or 2 * len(changed) <= len(pairs):
        return
    first = changed[0]
    hunk = real_hunks(first)[0]
    told = [pair.number for pair in changed if classified(pair, real_hunks(pair)[0]).kind != "compaction"]
    explained = all(_is_explained(pair, _span(pair, hunk)) for pair in changed for hunk in real_hunks(pair))
    hit = Hit(
        _span(first, hunk),
        excerpt(first.after.system.text, hunk.after_start, hunk.after_end),
        related=first.before.system.span(hunk.before_start, hunk.before_end),
        message=f"the system prompt changed in {len(changed)} of {len(pairs)} turns: it is built anew every time",
        hint="Build it once, store it with the session, and send the stored text; say loudly when storing it fails.",
        repair=_repair(first.before.chat),
        severity="warning" if explained else None,
        identity="every turn",
    )
    yield SessionHit(first, hit, tuple(told))


def _is_explained(pair: PairContext, span: Span) -> bool:
    return any(span.touches(other) for other in pair.claimed_by_specific)


def _of_pair(context: PairContext) -> Iterator[Hit]:
    """One hit at the first difference that nothing explains; it claims them all."""
    hunks = real_hunks(context)
    if not hunks:
        yield from _regrouped(context)
        return
    # That a compaction rebuilt the prompt is a fault beside whatever it was that changed in it.
    left = [hunk for hunk in hunks if not context.is_claimed(_span(context, hunk))]
    if classified(context, hunks[0]).kind == "compaction":
        left = hunks
    if left:
        yield _hit(context, left)


def _hit(context: PairContext, hunks: list[Hunk]) -> Hit:
    first, before, after = hunks[0], context.before.system, context.after.system
    change = classified(context, first)
    old = excerpt(before.text, first.before_start, first.before_end)
    new = excerpt(after.text, first.after_start, first.after_end)
    what, how = _words(context, change), "{before!r} became {text!r}"
    if change.kind == "added":
        how = "{text!r} was added"
    elif change.kind == "removed":
        how = "{before!r} is gone"
    more = len(hunks) - 1
    return Hit(
        _span(context, first),
        new,
        related=before.span(first.before_start, first.before_end),
        fields={"before": old, "what": what},
        message="the system prompt changed ({what}): " + how,
        note=f"{more} more {'place differs' if more == 1 else 'places differ'}" if more else None,
        hint=HINTS.get(change.kind),
        claims=tuple(_span(context, hunk) for hunk in hunks[1:]),
        repair=_repair(context.before.chat),
        identity=str(what),
    )


def _words(context: PairContext, change: Change) -> Words | Phrase:
    if change.kind not in ("added", "removed"):
        return Words(WORDS[change.kind])
    if not (context.before if change.kind == "added" else context.after).system.text.strip():
        return Words(f"it was {change.kind}")
    if change.name:
        return Phrase(f"section {{name}} {change.kind}", {"name": change.name})
    return Words(f"text {change.kind}")


def _span(context: PairContext, hunk: Hunk) -> Span:
    after = context.after.system
    return after.span(hunk.after_start, hunk.after_end) if after.texts else Span("/messages/0")


def _repair(before: Chat) -> Callable[[Chat], Chat]:
    """Puts the system messages of `before` back."""

    def repaired(after: Chat) -> Chat:
        kept = list(after.messages[leading_system(after) :])
        return replace(after, messages=[*before.messages[: leading_system(before)], *kept])

    return repaired


def _regrouped(context: PairContext) -> Iterator[Hit]:
    """The same text in other messages, roles or parts."""
    old, new = _shape(context.before.chat), _shape(context.after.chat)
    if old == new:
        return
    number = common_prefix(old, new)
    at = max(0, min(number, len(new) - 1))
    # White space that is told of may be all that was cut in another way; it explains no other role.
    if [role for role, _ in old] == [role for role, _ in new] and context.is_claimed(Span(f"/messages/{at}")):
        return
    yield Hit(
        Span(f"/messages/{at}"),
        _described(new),
        related=Span(f"/messages/{max(0, min(number, len(old) - 1))}"),
        fields={"before": _described(old), "what": Words("the same text, cut in another way")},
        repair=_repair(context.before.chat),
        identity="cut in another way",
    )


def _shape(chat: Chat) -> list[tuple[str, int]]:
    leading = enumerate(chat.messages[: leading_system(chat)])
    return [(str(message.get("role")), len(list(content_texts(message, f"/messages/{n}")))) for n, message in leading]


def _described(shape: list[tuple[str, int]]) -> Words:
    return Words(", ".join(role if parts == 1 else f"{role} ({parts} parts)" for role, parts in shape))
