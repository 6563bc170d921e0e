"""KV201: system or developer messages behind the first message of another role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.comparison.location import leading_system
from promptlint.engine.anthropic_system_turns import AS_OF, takes_system_turns
from promptlint.lint.context import RequestContext
from promptlint.lint.experiments import Fate, fate
from promptlint.lint.message import Phrase, Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.texts import content_texts
from promptlint.model import Severity

MOST_EXPERIMENTS = 5  # messages of one request; each takes a few renderings
SYSTEM = ("system", "developer")


def check(context: RequestContext, options: Options) -> Iterator[Hit]:
    """A hit for each of them, with what the template or the API makes of it."""
    first = _first_behind_system(context)
    numbers = [n for n in range(first, len(context.messages)) if context.messages[n].get("role") in SYSTEM]
    tail = _tail(numbers, len(context.messages))
    leading = [_text(context, number) for number in range(first)]
    takes = takes_system_turns(context.request.model, options["models"])
    for tried, number in enumerate(numbers):
        at_end, text = number >= tail, _text(context, number)
        if text and text in leading:
            yield _hit(context, number, text, "an identical copy of the first system message", "error", at_end)
        elif options["allow"] == "all" or (options["allow"] == "tail" and at_end):
            continue
        elif context.request.dialect == "anthropic" and not context.exact:
            if takes is not True:
                yield _anthropic(context, number, text, takes, at_end)
        else:
            found = fate(context, number) if tried < MOST_EXPERIMENTS else None
            yield _judged(context, number, text, found, at_end)


def _first_behind_system(context: RequestContext) -> int:
    """Anthropic's system text has a field of its own: whatever stands in `messages` is behind it."""
    if context.request.dialect == "anthropic":
        return 1 if context.request.body.get("system") else 0
    return leading_system(context.chat)


def _tail(numbers: Sequence[int], count: int) -> int:
    """Where the run at the very end begins."""
    start = count
    while start - 1 in numbers:
        start -= 1
    return start


def _text(context: RequestContext, number: int) -> str:
    return "\n".join(one.text for one in content_texts(context.messages[number], "")).strip()


def _anthropic(context: RequestContext, number: int, text: str, takes: bool | None, at_end: bool) -> Hit:
    model = context.request.model or "this model"
    if takes is None:
        return _hit(
            context, number, text, f"whether {model} takes one there is not known (as of {AS_OF})", "warning", at_end
        )
    return _hit(context, number, text, f"{model} answers 400: no role system in messages", "error", at_end)


def _judged(context: RequestContext, number: int, text: str, found: Fate | None, at_end: bool) -> Hit:
    severity: Severity = "warning" if at_end else "error"
    if found is None:
        return _hit(context, number, text, None, severity, at_end)
    if found.outcome == "raises":
        said = Phrase("the template raises: {error!r}", {"error": found.error})
        note = said if found.error else "the template raises"
        return _hit(context, number, text, note, "error", at_end)
    if found.outcome == "dropped":
        return _hit(context, number, text, "dropped: the template does not print its text", "error", at_end)
    if found.outcome == "hoisted":
        place = f"hoisted: the template prints it at character {found.at:,} of the prompt, before earlier messages"
        return _hit(context, number, text, place, "error", at_end)
    return _hit(context, number, text, "this template prints it where it stands", "warning", at_end)


def _hit(
    context: RequestContext, number: int, text: str, note: str | Phrase | None, severity: Severity, at_end: bool
) -> Hit:
    role = str(context.messages[number].get("role"))
    return Hit(
        Span(f"/messages/{number}"),
        text,
        fields={"role": Words(role)},
        # Words of its own: the next turn, where it stands in the middle, is another finding.
        message="a {role} message at the end of the messages: {text!r}" if at_end else None,
        note=note,
        severity=severity,
        # Of a layer that is sent anew each turn the text differs every time, the fault does not.
        identity="at the end" if at_end and severity != "error" else None,
        hint="Put it into the last user message, or keep it and set the option allow: tail." if at_end else None,
    )
