"""KV108: text that changes stands before text that does not, in the system region."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.experiments import tokens_of_tools_behind
from promptlint.lint.hunks import Hunk
from promptlint.lint.message import Phrase, Words
from promptlint.lint.rule import Hit, Options
from promptlint.lint.sections import Layout, layout
from promptlint.lint.system_change import classified, excerpt, real_hunks, reordered
from promptlint.lint.volatile_sections import VolatileSection, stable_stretches, volatile_sections
from promptlint.model import Severity

SHORTEST = 20  # characters: less between two changes is common by chance
MOST_NAMES = 4
LONGEST_NAMES = 2000  # characters
MOVING = ("clock", "date", "counter", "id", "number")
KEEP = "Keep it as it was, or put what changes last."


def check(context: RequestContext | PairContext, options: Options) -> Iterator[Hit]:
    """From a pair what really changed; from a request alone what its words tell."""
    if isinstance(context, PairContext):
        yield from _changed(context, options["min-tokens"])
    elif not context.paired:
        yield from _volatile(context, options["min-tokens"])


def _volatile(context: RequestContext, limit: int) -> Iterator[Hit]:
    """What surely moves first; a snapshot may stand still for a whole conversation, so alone it is a warning."""
    found = volatile_sections(context.system, layout(context.system), context.capture_time)
    severities: tuple[Severity | None, ...] = (None, "warning")
    for first, severity in zip((_first(found, snapshot=False), _first(found, snapshot=True)), severities, strict=True):
        hit = None if first is None else _hit(context, found, first, limit, severity)
        if hit is not None:
            yield hit
            return


def _first(found: list[VolatileSection], *, snapshot: bool) -> VolatileSection | None:
    return next((one for one in found if one.snapshot is snapshot), None)


def _hit(
    context: RequestContext, found: list[VolatileSection], first: VolatileSection, limit: int, severity: Severity | None
) -> Hit | None:
    region, sections, match = context.system, layout(context.system), first.match
    stretches = stable_stretches(found, first.end, len(region.text))
    stable, tools = _tokens(context, stretches), tokens_of_tools_behind(context)
    if stable + (tools or 0) < limit:
        return None
    name = _name(sections, first.start, region.text)
    return Hit(
        region.span(match.start, match.end),
        region.text[match.start : match.end],
        fields={"kind": Words(match.kind), "tokens": stable, "about": _about(context)},
        message="{kind} {text!r} stands before {about}{tokens} tokens of the system prompt that do not change",
        note=_note(tools),
        hint=_hint(_names(sections, stretches, region.text), name),
        severity=severity,
        identity=match.kind if name.startswith('"') else name,
    )


def _changed(context: PairContext, limit: int) -> Iterator[Hit]:
    before, after = context.before.system, context.after.system
    hunks = real_hunks(context)
    if not hunks or not before.text.strip() or not after.text.strip() or reordered(before.text, after.text):
        return
    first = hunks[0]
    if first.before_start == first.before_end and not before.text[first.before_end :].strip():
        return  # it only grew at its end
    stretches = _common(hunks, len(after.text))
    stable, tools = _tokens(context.after, stretches), tokens_of_tools_behind(context.after)
    if stable + (tools or 0) < limit:
        return
    sections = layout(after)
    section, name = sections.at(first.after_start), _name(sections, first.after_start, after.text)
    yield Hit(
        after.span(first.after_start, first.after_end),
        excerpt(after.text, first.after_start, first.after_end),
        related=before.span(first.before_start, first.before_end),
        fields={
            "before": excerpt(before.text, first.before_start, first.before_end),
            "tokens": stable,
            "about": _about(context.after),
        },
        message=_message(before.text, after.text, first),
        note=_note(tools),
        hint=_hint(_names(sections, stretches, after.text), name) if _moves(context, first) else KEEP,
        claims=tuple(
            after.span(hunk.after_start, hunk.after_end)
            for hunk in hunks[1:]
            if section is not None and _is_in(sections, section.group, hunk)
        ),
        explains=False,
        identity="changed text" if name.startswith('"') else name,
    )


def _moves(context: PairContext, hunk: Hunk) -> bool:
    """Is it a value, or a section, that moves by itself; else somebody edited the text, or lost some of it."""
    if classified(context, hunk).kind in MOVING:
        return True
    sides = (context.before, hunk.before_start, hunk.before_end), (context.after, hunk.after_start, hunk.after_end)
    return any(
        one.start <= end and start <= one.end
        for side, start, end in sides
        for one in volatile_sections(side.system, layout(side.system), side.capture_time)
    )


def _is_in(sections: Layout, group: int, hunk: Hunk) -> bool:
    section = sections.at(hunk.after_start)
    return section is not None and section.group == group


def _message(before: str, after: str, hunk: Hunk) -> str | None:
    behind = ", before {about}{tokens} tokens of the system prompt that did not change"
    if not before[hunk.before_start : hunk.before_end].strip():
        return "{text!r} was put in" + behind
    if not after[hunk.after_start : hunk.after_end].strip():
        return "{before!r} was taken out" + behind
    return None


def _common(hunks: list[Hunk], end: int) -> list[tuple[int, int]]:
    """What did not change behind the first change."""
    starts = [hunk.after_end for hunk in hunks]
    ends = [*(hunk.after_start for hunk in hunks[1:]), end]
    return [(start, close) for start, close in zip(starts, ends, strict=True) if close - start >= SHORTEST]


def _tokens(context: RequestContext, stretches: list[tuple[int, int]]) -> int:
    text = "\n".join(context.system.text[start:end] for start, end in stretches)
    return context.count_tokens(text) if text.strip() else 0


def _about(context: RequestContext) -> Words:
    return Words("" if context.exact else "about ")


def _note(tools: int | None) -> str | None:
    return f"this template prints the tools behind it: their {tools:,} tokens are lost too" if tools else None


def _name(sections: Layout, place: int, text: str) -> str:
    section = sections.at(place)
    return "" if section is None else section.name(text)


def _names(sections: Layout, stretches: list[tuple[int, int]], text: str) -> list[str]:
    """What the sections that stay are called; one that begins before a stretch is none of them."""
    inside = [one for one in sections.sections if any(start - 1 <= one.start < end for start, end in stretches)]
    groups = {one.group: one.name(text) for one in reversed(inside)}
    return [groups[number] for number in sorted(groups)]


def _hint(names: list[str], last: str) -> Phrase | None:
    names = [name for name in names if name != last]
    if not names or not last:
        return None
    shown = ", ".join(names[:MOST_NAMES])
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    template = f"Put what stays first: {{shown}}{more}, then {{last}}; or move that behind the history."
    return Phrase(template, {"shown": shown, "last": last}, LONGEST_NAMES)
