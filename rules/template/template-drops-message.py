"""KV505: a message of the request is not in the prompt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.lint.context import RequestContext
from promptlint.lint.experiments import MARK, marked
from promptlint.lint.message import Name, Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.template_context import TemplateContext
from promptlint.model import JsonObject

MOST_MESSAGES = 12  # looked at one by one, where all of them marked at once show no mark of theirs
MOST_CALLS = 2


def check(context: TemplateContext, _options: Options) -> Iterator[Hit]:
    """One hit for each role of which a message is lost: a template treats all of a role alike."""
    told = set()
    for one in context.requests:
        for number, what in _dropped(one):
            role = str(one.messages[number].get("role"))
            if (role, what) in told:
                continue
            told.add((role, what))
            fields = {
                "profile": Words(context.model.profile),
                "what": Words(what),
                "path": Words(one.request.path),
                "number": number,
            }
            yield Hit(
                Span(""), Name(role), place=context.place, fields=fields, identity=f"{role} {what}", explains=False
            )


def _dropped(context: RequestContext) -> Iterator[tuple[int, str]]:
    """Numbers of messages that could say anything else: the prompt would be the same."""
    own = context.render(context.chat)
    if own is None:
        return
    for number in _unseen(context):
        if _same(context, number, _renamed(marked(context.messages[number], MARK)), own):
            yield number, "message"
    calling = [number for number, message in enumerate(context.messages) if message.get("tool_calls")]
    for number in calling[:MOST_CALLS]:
        if _same(context, number, _renamed(context.messages[number]), own):
            yield number, "tool call"


def _same(context: RequestContext, number: int, changed: JsonObject | None, own: str) -> bool:
    return changed is not None and context.render(context.with_message(number, changed)) == own


def _unseen(context: RequestContext) -> list[int]:
    """The messages with text whose marks are not printed when all have one."""
    new = {number: marked(message, f"{MARK}{number}q") for number, message in enumerate(context.messages)}
    texts = {number: message for number, message in new.items() if message is not None}
    messages = [texts.get(number, message) for number, message in enumerate(context.messages)]
    prompt = context.render(replace(context.chat, messages=messages)) or ""
    return [number for number in texts if f"{MARK}{number}q" not in prompt][-MOST_MESSAGES:]


def _renamed(message: JsonObject | None) -> JsonObject | None:
    """A copy whose calls are of another function."""
    calls = [] if message is None else message.get("tool_calls") or []
    if message is None or not all(isinstance(call, dict) and isinstance(call.get("function"), dict) for call in calls):
        return None
    new = [{**call, "function": {**call["function"], "name": MARK}} for call in calls]
    return {**message, "tool_calls": new} if new else message
