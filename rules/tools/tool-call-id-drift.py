"""KV309: a call of the history has another id than in the request before."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.calls import Call, arguments_meaning, same_calls
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.message import Name
from promptlint.lint.rule import Hit, Options, Span


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """A hit at each new id. The result that names it has changed with it, and is explained too."""
    for old, new in same_calls(context.before.messages, context.after.messages):
        if not _is_same(old, new):
            continue
        if old.id is not None and new.id is not None and old.id != new.id:
            yield Hit(
                Span(new.pointer + "/id"),
                new.id,
                related=Span(old.pointer + "/id"),
                identity="id",
                fields={"name": Name(new.name), "was": old.id},
                claims=tuple(_results(context.after, new.id)),
            )
        elif context.after.request.dialect == context.before.request.dialect == "openai_responses":
            yield from _item(context, old, new)


def _is_same(old: Call, new: Call) -> bool:
    if old.arguments == new.arguments:
        return True
    meaning = arguments_meaning(old.arguments)
    return meaning is not None and meaning == arguments_meaning(new.arguments)


def _results(context: RequestContext, name: str) -> Iterator[Span]:
    for number, message in enumerate(context.messages):
        if message.get("tool_call_id") == name:
            yield Span(f"/messages/{number}/tool_call_id")


def _item(context: PairContext, old: Call, new: Call) -> Iterator[Hit]:
    """Responses items have an id of their own beside the call's, which the chat form does not hold."""
    before, was = _own_id(context.before, old)
    after, now = _own_id(context.after, new)
    if was is not None and now is not None and was != now:
        fields = {"name": Name(new.name), "was": was}
        yield Hit(Span(after), now, related=Span(before), identity="item id", fields=fields, in_body=True)


def _own_id(context: RequestContext, call: Call) -> tuple[str, str | None]:
    pointer = context.body_pointer(call.pointer)
    items, number = context.request.body.get("input"), pointer.rpartition("/")[2]
    item = items[int(number)] if isinstance(items, list) and number.isdigit() and int(number) < len(items) else {}
    found = item.get("id") if isinstance(item, dict) else None
    return f"{pointer}/id", found if isinstance(found, str) else None
