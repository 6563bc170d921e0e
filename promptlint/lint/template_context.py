"""What a check of scope template gets: one template behind one profile, with requests of the run that meet it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from promptlint.common_prefix import common_prefix
from promptlint.errors import TemplateError
from promptlint.lint.context import RequestContext
from promptlint.lint.reasoning import IN_TEXT, NAMES, reasoning, split_thought
from promptlint.lint.renderings import Renderings
from promptlint.local_model import DEFAULT_NOW, Model
from promptlint.model import Chat, JsonObject, Place
from promptlint.records import dataclass

MOST_REQUESTS = 3  # of one template: each is looked at for what the others do not have
MOST_TURNS = 6  # of one request, the last ones
NEXT_TURN: tuple[JsonObject, ...] = ({"role": "assistant", "content": "Done."}, {"role": "user", "content": "Go on."})


@dataclass(frozen=True, slots=True)
class Growth:
    """A request as it was, and one turn later, where the earlier prompt is no prefix of the later one.

    `same` characters of it are; `before_text` is without the generation prompt.
    """

    context: RequestContext
    before: Chat
    after: Chat
    before_text: str
    after_text: str
    same: int

    @property
    def turn(self) -> str:
        """What was added last, in words."""
        role = self.after.messages[-1].get("role")
        return "the user speaks again" if role == "user" else "a tool result comes in"

    def lost(self) -> tuple[int, int]:
        """Tokens of the earlier prompt that are computed again, and all that it has."""
        whole = self.context.count_tokens(self.before_text)
        return whole - self.context.count_tokens(self.before_text[: self.same]), whole

    def without(self, *kinds: str, arguments: Mapping[str, Any] | None = None) -> bool | None:
        """Is the earlier prompt a prefix with the reasoning, or the tools, out of both; None where that is refused."""
        chats = [_with_arguments(_without(chat, kinds), arguments or {}) for chat in (self.before, self.after)]
        own, grown = closed(self.context, chats[0]), self.context.render(chats[1])
        return None if own is None or grown is None else grown.startswith(own)

    @property
    def has_reasoning(self) -> bool:
        """Is there any to be dropped."""
        return any(map(reasoning, self.before.messages))

    def drops_reasoning(self) -> bool:
        """Is it the reasoning that is no longer there."""
        if not self.has_reasoning:
            return False
        if self.without("reasoning"):
            return True
        return bool(self.before.tools) and not self.without("tools") and bool(self.without("reasoning", "tools"))

    def moves_tools(self) -> bool:
        """Is it the tool list that stands elsewhere."""
        if not self.before.tools:
            return False
        alone = self.without("tools")
        if alone is None:
            return self._tools_stand_elsewhere()
        if alone or not self.has_reasoning or self.without("reasoning"):
            return alone
        return bool(self.without("reasoning", "tools"))

    def _tools_stand_elsewhere(self) -> bool:
        """For a template that refuses calls without tools."""
        name = str((self.before.tools or [{}])[0].get("function", {}).get("name"))
        at = self.before_text.find(name)
        return at >= self.same and self.after_text.find(name) != at


def closed(context: RequestContext, chat: Chat) -> str | None:
    """The prompt without what asks for an answer."""
    own = context.render(chat)
    bare = context.render(replace(chat, parameters={**chat.parameters, "add_generation_prompt": False}))
    return None if own is None else own[: common_prefix(own, own if bare is None else bare)]


@dataclass(eq=False)
class TemplateContext:
    """One template behind one profile."""

    model: Model
    requests: Sequence[RequestContext]

    @property
    def place(self) -> Place:
        """The template, as a finding names it."""
        return Place(self.model.template_path or self.model.source.reference, "", None, None)

    @cached_property
    def broken(self) -> Sequence[Growth]:
        """The turns of the requests that do not repeat the prompt before them."""
        return [one for context in self.requests for one in _broken(context)]

    def moves_with_clock(self, by: timedelta, arguments: Mapping[str, Any] | None = None) -> int | None:
        """The first character that is another one when a request is rendered so much later; None where none is."""
        context = self.requests[0]
        chat = _with_arguments(context.chat, arguments or {})
        now = context.capture_time or DEFAULT_NOW
        try:
            own, later = (self.model.render(chat, moment).text for moment in (now, now + by))
        except TemplateError:
            return None
        return None if own == later else common_prefix(own, later)


def templates(contexts: Sequence[RequestContext]) -> list[TemplateContext]:
    """The templates of a run that are known, each with the requests that show most of it.

    These are contexts of their own, with renderings of their own: other rules may look at the same requests meanwhile,
    and how much they render must not decide what these can still try.
    """
    found: dict[tuple[object, ...], list[RequestContext]] = {}
    for context in contexts:
        model = context.model
        known = model.source.exact or model.template_path is not None
        if known and model.source.kind != "server" and context.chat.rendered is None:
            key = (model.source.reference, model.template_path, model.profile)
            found.setdefault(key, []).append(context)
    return [
        TemplateContext(some[0].model, [replace(one, _renderings=Renderings()) for one in _most_telling(some)])
        for some in found.values()
    ]


def _most_telling(contexts: Sequence[RequestContext]) -> list[RequestContext]:
    chosen: list[RequestContext] = []
    seen: set[str] = set()
    left = list(contexts)
    while left and len(chosen) < MOST_REQUESTS:
        best = max(left, key=lambda one: (len(_features(one.chat) - seen), -len(one.messages)))
        if chosen and not _features(best.chat) - seen:
            break
        chosen.append(best)
        seen |= _features(best.chat)
        left.remove(best)
    return chosen


def _features(chat: Chat) -> set[str]:
    found = {str(message.get("role")) for message in chat.messages}
    users = sum(message.get("role") == "user" for message in chat.messages)
    flags = {
        "tools": bool(chat.tools),
        "calls": any(message.get("tool_calls") for message in chat.messages),
        "reasoning": any(map(reasoning, chat.messages)),
        "turns": users > 1,
        "system in between": any(message.get("role") in ("system", "developer") for message in chat.messages[1:]),
    }
    return found | {name for name, there in flags.items() if there}


def _broken(context: RequestContext) -> Iterator[Growth]:
    stages = list(_stages(context.chat))[-MOST_TURNS:]
    for before, after in pairwise(stages):
        own, grown = context.render(before), context.render(after)
        if own is None or grown is None or grown.startswith(own):
            continue
        end = closed(context, before)
        same = common_prefix(own, grown)
        if end is not None and same < len(end):
            yield Growth(context, before, after, end, grown, same)


def _stages(chat: Chat) -> Iterator[Chat]:
    """The request as it was sent at each of its turns, and, inside a conversation, one turn on."""
    roles = [message.get("role") for message in chat.messages]
    for number in range(1, len(roles)):
        if roles[number] == "assistant" and roles[number - 1] in ("user", "tool"):
            yield replace(chat, messages=chat.messages[:number])
    if roles and roles[-1] in ("user", "tool"):
        yield chat
        if "assistant" in roles:
            yield replace(chat, messages=[*chat.messages, *NEXT_TURN])


def _without(chat: Chat, kinds: Sequence[str]) -> Chat:
    if "reasoning" in kinds:
        chat = replace(chat, messages=[_thoughtless(message) for message in chat.messages])
    return replace(chat, tools=None) if "tools" in kinds else chat


def _thoughtless(message: JsonObject) -> JsonObject:
    left = {key: value for key, value in message.items() if key not in NAMES}
    return {**left, "content": split_thought(left["content"])[1]} if IN_TEXT in reasoning(message) else left


def _with_arguments(chat: Chat, arguments: Mapping[str, Any]) -> Chat:
    if not arguments:
        return chat
    own = chat.parameters.get("chat_template_kwargs")
    merged = {**(own if isinstance(own, dict) else {}), **arguments}
    return replace(chat, parameters={**chat.parameters, "chat_template_kwargs": merged})
