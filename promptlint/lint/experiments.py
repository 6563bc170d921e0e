"""What a model's own template does with a request, found by rendering marked copies of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from promptlint.common_prefix import common_prefix
from promptlint.errors import TemplateError
from promptlint.lint.context import RequestContext
from promptlint.local_model import DEFAULT_NOW
from promptlint.model import Chat, JsonObject
from promptlint.records import dataclass

# Nothing that a template would trim, parse or escape.
MARK = "qzmarkzq"
OTHER_MARK = "zqmarkqz"

Outcome = Literal["raises", "dropped", "hoisted", "in place"]


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a message: `at` is the character of the prompt where its text stands."""

    outcome: Outcome
    at: int | None = None
    error: str = ""


def fate(context: RequestContext, number: int) -> Fate | None:
    """What the template does with a message behind others; None where that is not known, or cannot be found out."""
    if not context.exact:
        return None
    if context.render(context.chat) is None:
        return _refused(context, number)
    message = marked(context.messages[number], MARK)
    if message is None:
        return None
    chat = context.with_message(number, message)
    before = _text_before(context, number)
    if before is not None:
        chat = _with(chat, before, marked(context.messages[before], OTHER_MARK))
    prompt = context.render(chat)
    if prompt is None:
        return None
    at, above = prompt.find(MARK), prompt.find(OTHER_MARK)
    if at < 0:
        return Fate("dropped")
    if above < 0:
        return Fate("in place", at)
    if at < above:
        return Fate("hoisted", at)
    without = context.render(_without(chat, number))
    earlier = without is not None and common_prefix(prompt, without) < above
    return Fate("hoisted" if earlier else "in place", at)


def _text_before(context: RequestContext, number: int) -> int | None:
    """The nearest message with text before it; one that may be moved itself only where there is no other."""
    texts = [n for n in range(number) if marked(context.messages[n], OTHER_MARK) is not None]
    spoken = [n for n in texts if context.messages[n].get("role") not in ("system", "developer")]
    return spoken[-1] if spoken else texts[-1] if texts else None


def _refused(context: RequestContext, number: int) -> Fate | None:
    """Is this message why: the request is rendered without it, or what stands before it is and with it no more."""
    head, rest = replace(context.chat, messages=context.messages[:number]), _without(context.chat, number)
    cause = context.render(rest) is not None
    if not cause and context.render(head) is not None:
        cause = context.render(replace(context.chat, messages=context.messages[: number + 1])) is None
    error = _refusal(context) if cause else None
    return None if error is None else Fate("raises", error=error)


def _refusal(context: RequestContext) -> str | None:
    """The template's own words; None where it takes the request, and only the budget of renderings was used up."""
    try:
        context.model.render(context.chat, context.capture_time or DEFAULT_NOW)
    except TemplateError as error:
        return str(error)
    return None


def tokens_of_tools_behind(context: RequestContext) -> int | None:
    """Tokens of the tool list, where the template prints it behind the system text and before the conversation."""
    tools, system = context.chat.tools, context.system.texts
    if not context.exact or not tools or not system:
        return None
    number = int(system[-1].pointer.split("/")[2])
    message, tool = marked(context.messages[number], MARK), _marked_tool(tools[0])
    own, bare = context.render(context.chat), context.render(replace(context.chat, tools=None))
    if message is None or tool is None or own is None or bare is None:
        return None
    chat = replace(context.with_message(number, message), tools=[tool, *tools[1:]])
    prompt = context.render(chat)
    if prompt is None or not 0 <= prompt.find(MARK) < prompt.find(OTHER_MARK):
        return None
    return max(0, context.count_tokens(own) - context.count_tokens(bare)) or None


def marked(message: JsonObject, mark: str) -> JsonObject | None:
    """A copy with the mark behind its text, or None for one without text."""
    content = message.get("content")
    if isinstance(content, str) and content:
        return {**message, "content": f"{content} {mark}"}
    parts: Sequence[Any] = content if isinstance(content, list) else ()
    for number in reversed(range(len(parts))):
        part = parts[number]
        if isinstance(part, dict) and isinstance(part.get("text"), str):
            new = {**part, "text": f"{part['text']} {mark}"}
            return {**message, "content": [*parts[:number], new, *parts[number + 1 :]]}
    return None


def _marked_tool(tool: JsonObject) -> JsonObject | None:
    function = tool.get("function")
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        return None
    return {**tool, "function": {**function, "name": OTHER_MARK}}


def _with(chat: Chat, number: int, message: JsonObject | None) -> Chat:
    new = [message] if message is not None else []
    return replace(chat, messages=[*chat.messages[:number], *new, *chat.messages[number + 1 :]])


def _without(chat: Chat, number: int) -> Chat:
    return _with(chat, number, None)
