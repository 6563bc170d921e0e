"""A hit → a Finding: its place in the file, its words, its severity, and the tokens that it costs."""

from __future__ import annotations

from dataclasses import replace

from promptlint import positions
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.hits import Found
from promptlint.lint.message import Phrase, filled
from promptlint.lint.message import redacted as words_of
from promptlint.lint.rule import Hit, Rule, Span
from promptlint.model import Finding, Place, Severity
from promptlint.redaction import Redacted

UNSEEN = "this template and engine do not print it: no token is lost"
SEEN_BY_TEMPLATE = ("KV2", "KV3", "KV4")  # what these report of a pair may never reach the prompt


def finding(found: Found, price: int | None = None) -> Finding:
    """The finding of a hit, without its lines and columns: those are looked up for what is shown.

    `price` is what it was measured to cost in its pair, where it was.
    """
    rule, hit, pair = found.rule, found.hit, found.pair
    lost = None if pair is None else lost_tokens(hit, pair, price)
    severity = _severity(found, lost)
    unseen = lost == 0 and pair is not None and rule.code.startswith(SEEN_BY_TEMPLATE)
    place = hit.place or Place(found.request.request.path, _pointer(found.request, hit.span, hit), None, None)
    request = found.request.request
    return Finding(
        code=rule.code,
        rule=rule.name,
        severity=severity,
        message=_message(found, UNSEEN if unseen else None),
        hint=str(hit.hint or rule.hint),
        redacted=redacted(rule, hit, UNSEEN if unseen else None),
        place=place,
        url=rule.url,
        container=request.container,
        request=found.request.number,
        pair=None if pair is None else pair.number,
        conversation=None if pair is None else pair.pair.conversation,
        model=request.model,
        lost_tokens=lost,
        identity=hit.text if hit.identity is None else hit.identity,
        sums_up=found.sums_up,
    )


def placed(found: Found) -> Finding:
    """The finding as it is shown: with its places in the files, and how many there are like it."""
    assert found.finding is not None
    hit = found.hit
    more = f", and {found.more} more like it" if found.more else ""
    hidden = found.finding.redacted
    return replace(
        found.finding,
        message=found.finding.message + more,
        redacted=None if hidden is None else replace(hidden, message=hidden.message + more),
        place=hit.place or _place(found.request, hit.span, hit),
        end=None if hit.place else _end(found.request, hit),
        related=_related(found),
    )


def _related(found: Found) -> Place | None:
    hit, pair = found.hit, found.pair
    if hit.related_place is not None:
        return hit.related_place
    return None if pair is None or hit.related is None else _place(pair.before, hit.related, hit)


def _message(found: Found, note: str | None) -> str:
    hit = found.hit
    text = filled(hit.message or found.rule.message, {"text": hit.text, **hit.fields})
    notes = [str(one) for one in (hit.note, note) if one]
    return "; ".join([text, *notes])


def redacted(rule: Rule, hit: Hit, note: str | None = None) -> Redacted:
    """The words of a hit with prompt text as hashes. What a rule of others has put together itself is left out."""
    own = rule.source == "bundled"
    message = hit.message if own and hit.message else rule.message
    said = [one for one in (hit.note,) if own or isinstance(one, Phrase)]
    notes = [_shown(one) for one in (*said, note) if one]
    text = filled(message, {"text": hit.text, **hit.fields}, redact=True)
    hint = hit.hint if own or isinstance(hit.hint, Phrase) else None
    return Redacted("; ".join([text, *notes]), _shown(hint or rule.hint))


def _shown(said: str | Phrase) -> str:
    return words_of(said) if isinstance(said, Phrase) else said


def _severity(found: Found, lost: int | None) -> Severity:
    pair, severity = found.pair, found.severity
    if pair is None:
        return severity
    if lost == 0 and found.rule.code.startswith(SEEN_BY_TEMPLATE) and not found.rule.always:
        return "info"
    # The relation is that of the chat forms: what differs beside them is a difference all the same.
    grew = pair.grew and not found.hit.in_body and found.hit.lost_tokens is None
    return "warning" if grew and severity == "error" and not found.rule.evidence else severity


def lost_tokens(hit: Hit, pair: PairContext, price: int | None = None) -> int | None:
    """Tokens of `before` that this fault makes uncacheable; None where that is not known.

    What was measured tells. Else it is the pair's whole loss at the first divergence; and under an exact profile it is
    0 where nothing is lost at all, or where the prompt stays the same with the fault undone.
    """
    if hit.lost_tokens is not None:
        return hit.lost_tokens
    if pair.exact and pair.pair.status is not None:
        if pair.pair.status != "broken":
            return 0
        if price is None and hit.repair and pair.after.prints_change(hit.repair(pair.after.chat)) is False:
            return 0
    if price is not None and (price or pair.exact):  # an approximation that prints nothing of it tells nothing
        return price
    return pair.pair.lost_tokens if pair.parts_in(hit.spans(), hit.related_spans()) else None


def _pointer(context: RequestContext, span: Span, hit: Hit) -> str:
    return span.pointer if hit.in_body else context.body_pointer(span.pointer)


def _place(context: RequestContext, span: Span, hit: Hit) -> Place:
    return positions.place(context.request, _pointer(context, span, hit), span.offset, hit.key)


def _end(context: RequestContext, hit: Hit) -> Place | None:
    span = hit.span
    if span.offset is None or not span.length:
        return None
    return _place(context, Span(span.pointer, span.offset + span.length), hit)
