"""What a check gets: one request, or a pair; what is dear to compute is made once, and only when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from promptlint.capture.outcome import Outcome
from promptlint.comparison.pair import Compared
from promptlint.comparison.structure import json_relation
from promptlint.lint.alignment import Alignment, align
from promptlint.lint.hunks import Hunk, hunks
from promptlint.lint.renderings import Renderings
from promptlint.lint.rule import Hit, Span
from promptlint.lint.texts import Region, system_region
from promptlint.local_model import DEFAULT_NOW, Model, Rendering
from promptlint.model import Chat, JsonObject, Pair, Place, Request, Turn
from promptlint.positions import origin


@dataclass(frozen=True)
class FileContext:
    """A file that was looked at, with what came of it."""

    outcome: Outcome


@dataclass(eq=False)
class RequestContext:
    """One request in its chat form.

    `model` renders and counts for the rules; `exact` says whether its template and tokenizer are the model's own: what
    an approximation prints tells nothing about a server.
    """

    turn: Turn
    number: int
    model: Model
    paired: bool = False  # it belongs to a pair, whose evidence is better than any guess from one request
    _renderings: Renderings = field(default_factory=Renderings, repr=False)

    @property
    def request(self) -> Request:
        return self.turn.request

    @property
    def chat(self) -> Chat:
        return self.turn.chat

    @property
    def messages(self) -> Sequence[JsonObject]:
        return self.turn.chat.messages

    @property
    def exact(self) -> bool:
        return self.model.source.exact

    @property
    def capture_time(self) -> datetime | None:
        """When the request was recorded, where the capture says so: it tells a live clock from an old date."""
        return self.request.recorded_at

    @cached_property
    def system(self) -> Region:
        """The leading system and developer messages as one text."""
        return system_region(self.chat)

    def count_tokens(self, text: str) -> int:
        """Tokens of a text by itself."""
        return len(self.model.encode(Rendering((text,))).ids)

    def render(self, chat: Chat) -> str | None:
        """The prompt of a changed copy of the request; None where the template refuses it or the budget is used up."""
        return self._renderings.of(chat, lambda: self.model.render(chat, self.capture_time or DEFAULT_NOW).text)

    def prints_change(self, changed: Chat) -> bool | None:
        """Does the prompt of a changed copy differ from the request's own; None where the template is not known."""
        if not self.exact:
            return None
        own, other = self.render(self.chat), self.render(changed)
        return None if own is None or other is None else own != other

    def with_message(self, number: int, message: JsonObject | None) -> Chat:
        """A copy with another message at a place, or without it."""
        new = [message] if message is not None else []
        return replace(self.chat, messages=[*self.messages[:number], *new, *self.messages[number + 1 :]])

    def body_pointer(self, pointer: str) -> str:
        """Where a value of the chat form stands in the body."""
        return origin(pointer, self.chat.origins)


@dataclass(eq=False)
class PairContext:
    """A request and the earlier one that it continues."""

    before: RequestContext
    after: RequestContext
    compared: Compared
    number: int
    claimed: list[Span] = field(default_factory=list)  # of `after`: what the specific rules have explained
    claimed_before: list[Span] = field(default_factory=list)  # the same of `before`
    now: datetime | None = None  # with which both were rendered; None: when `before` was recorded
    claimed_by_specific: tuple[Span, ...] = ()  # what of `claimed` was there before the general rules ran

    @property
    def pair(self) -> Pair:
        return self.compared.pair

    @property
    def exact(self) -> bool:
        return self.after.exact

    @cached_property
    def grew(self) -> bool:
        """Is `after` `before` with more messages, or the same; another model is no change of what was said."""
        if self.pair.json != "changed":
            return True
        before, after = (_without_model(side.chat) for side in (self.before, self.after))
        return json_relation(before, after) != "changed"

    @cached_property
    def system_hunks(self) -> tuple[Hunk, ...]:
        """What differs between the two system regions, as offsets in `before.system.text` and `after.system.text`."""
        return hunks(self.before.system.text, self.after.system.text)

    @cached_property
    def alignment(self) -> Alignment:
        """Which message of `after` is the same turn as which of `before`."""
        return align(self.before.messages, self.after.messages)

    def claim(self, hit: Hit) -> None:
        """Note what a hit explains."""
        if hit.in_body or hit.in_before or not hit.explains:  # of another form, or request: no claim on this chat
            return
        self.claimed.extend(hit.spans())
        self.claimed_before.extend(hit.related_spans())

    def parts_in(self, after: Iterable[Span], before: Iterable[Span]) -> bool:
        """Does the common prefix of the two prompts end in one of these stretches of `after`, or of `before`."""
        divergence = self.pair.divergence
        if divergence is None:
            return False
        return any(_holds(self.after, span, divergence.after.place) for span in after) or any(
            _holds(self.before, span, divergence.before.place) for span in before
        )

    def divergence_is_claimed(self) -> bool:
        """Has a more specific rule explained the place where the prompts part."""
        return self.parts_in(self.claimed, self.claimed_before)

    def is_claimed(self, span: Span) -> bool:
        """Has a more specific rule explained what stands there."""
        return any(span.touches(other) for other in self.claimed)


def _without_model(chat: Chat) -> Chat:
    return replace(chat, parameters={name: value for name, value in chat.parameters.items() if name != "model"})


def _holds(context: RequestContext, span: Span, place: Place) -> bool:
    in_body = Span(context.body_pointer(span.pointer), span.offset, span.length)
    if in_body.covers(place.pointer, place.offset):
        return True
    # The place may be the element around the value, where the template printed something of its own there.
    return place.pointer.count("/") >= 2 and in_body.pointer.startswith(place.pointer + "/")
