"""KV306: keys on a tool call that its API does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.lint.calls import Call, calls, same_calls, without_key
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.message import Name, Phrase
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.spelling import MARKER
from promptlint.positions import step

CALL = {"id", "type", "function", MARKER}  # the marker is an extension that providers of Claude models take
FUNCTION = {"name", "arguments"}
CUSTOM = {"id", "type", "custom", MARKER}
CUSTOM_TEXT = {"name", "input"}
# Keys that the servers of a family put on a call themselves, and want to have back.
MISTRAL = ("mistral", "mixtral", "ministral", "magistral", "devstral", "codestral", "pixtral", "voxtral")
DECORATED = {"gemini": {"extra_content"}, **{family: {"index"} for family in MISTRAL}}
DIALECTS = ("openai_chat", "ollama")  # calls of the other APIs have another form, which is translated
PRINTED = {
    True: "this template prints it",
    False: "this template does not print it, but strict servers refuse the request",
    None: None,
}


def check(context: RequestContext | PairContext, options: Options) -> Iterator[Hit]:
    """Alone: a hit for each call. In a pair: at the first key that only one side of a call has."""
    if isinstance(context, PairContext):
        yield from _in_pair(context)
    elif context.request.dialect in DIALECTS:
        yield from _alone(context, {*options["also-allowed"]})


def _alone(context: RequestContext, more: set[str]) -> Iterator[Hit]:
    notes: dict[tuple[str, ...], str | None] = {}
    for call in calls(context.messages):
        if call.value.keys() <= CALL and call.holder.keys() <= FUNCTION:
            continue
        found = list(_unknown(context, call, more))
        if not found:
            continue
        names = tuple(name for _, name in found)
        if names not in notes:
            notes[names] = _note(context, call, found)
        first, *rest = (Span(pointer + step(name)) for pointer, name in found)
        listed = ", ".join(f'"{name}"' for name in names)
        what = "keys that no API knows" if rest else "a key that no API knows"
        fields = {"name": Name(call.name), "keys": Phrase(f"{what}: {{listed}}", {"listed": Name(listed)})}
        yield Hit(first, Name(", ".join(names)), key=True, fields=fields, note=notes[names], claims=tuple(rest))


def _note(context: RequestContext, call: Call, found: Sequence[tuple[str, str]]) -> str | None:
    changed = context.chat
    for pointer, name in found:
        changed = without_key(changed, name, inside=pointer != call.pointer)
    note = PRINTED[context.prints_change(changed)]
    return note.replace("print it", "print them").replace("prints it", "prints them") if note and found[1:] else note


def _unknown(context: RequestContext, call: Call, more: set[str]) -> Iterator[tuple[str, str]]:
    outer, inner = (CUSTOM, CUSTOM_TEXT) if call.is_custom else (CALL, FUNCTION)
    outer = outer | _decorated(context.request.model)
    # Ollama numbers the functions; its bodies are also sent to addresses that do not tell.
    if context.request.dialect == "ollama" or isinstance(call.arguments, dict):
        inner = inner | {"index"}
    yield from ((call.pointer, name) for name in call.value if name not in outer | more)
    yield from ((call.at, name) for name in call.holder if name not in inner | more)


def _decorated(model: str | None) -> set[str]:
    name = (model or "").lower()
    return {key for family, keys in DECORATED.items() if family in name for key in keys}


def _in_pair(context: PairContext) -> Iterator[Hit]:
    for old, new in same_calls(context.before.messages, context.after.messages):
        for before, after, at, was_at in (
            (old.value, new.value, new.pointer, old.pointer),
            (old.holder, new.holder, new.at, old.at),
        ):
            come = [name for name in after if name not in before and name != MARKER]
            gone = [name for name in before if name not in after and name != MARKER]
            # What the request alone is told for need not be told of the pair as well.
            come = [name for name in come if not context.is_claimed(Span(at + step(name)))]
            if come:
                message = "the call of {name!r} has {text!r}, and had not in the request before"
                span, text, related = Span(at + step(come[0])), Name(come[0]), Span(was_at)
            elif gone:
                message = "the call of {name!r} has {text!r} no longer, which it had in the request before"
                span, text, related = Span(at), Name(gone[0]), Span(was_at + step(gone[0]))
            else:
                continue
            fields = {"name": Name(new.name)}
            yield Hit(span, text, related=related, key=bool(come), message=message, fields=fields)
