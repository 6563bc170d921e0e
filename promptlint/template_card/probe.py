"""Renders the small conversations of a card, each once, and keeps count of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from promptlint.errors import TemplateError
from promptlint.local_model import DEFAULT_NOW, Model
from promptlint.model import Chat, JsonObject
from promptlint.records import dataclass

MOST_RENDERINGS = 64  # of one card; a template that would need more has answers left open


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text of a conversation, or None and the template's own words where it refuses it."""

    text: str | None
    error: str = ""

    def at(self, mark: str) -> int:
        """The first character of a mark; -1 where it is not printed."""
        return -1 if self.text is None else self.text.find(mark)

    def has(self, mark: str) -> bool:
        """Is the mark printed."""
        return self.at(mark) >= 0


class Probe:
    """A model's template with a memory of what it has rendered. A rendering that is stopped ends the card."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.least_tools: Sequence[JsonObject] | None = None  # for a template that refuses a request without any
        self._known: dict[str, Rendered] = {}
        self.limits: tuple[str, ...] = ()

    @property
    def renderings(self) -> int:
        """How many conversations were rendered so far."""
        return len(self._known)

    def render(
        self,
        messages: Sequence[JsonObject],
        tools: Sequence[JsonObject] | None = None,
        *,
        now: datetime = DEFAULT_NOW,
        parameters: Mapping[str, Any] | None = None,
    ) -> Rendered:
        """What becomes of a conversation; parameters are those of the request."""
        given, tools = dict(parameters or {}), self.least_tools if tools is None else tools
        key = json.dumps([list(messages), tools, given, now.isoformat()])
        if key not in self._known:
            if len(self._known) >= MOST_RENDERINGS:
                return Rendered(None, "not tried: too many renderings")
            self._known[key] = self._rendered(Chat(list(messages), tools, given), now)
        return self._known[key]

    def _rendered(self, chat: Chat, now: datetime) -> Rendered:
        try:
            done = self.model.render(chat, now)
        except TemplateError as error:
            return Rendered(None, str(error))
        self.limits = tuple(dict.fromkeys([*self.limits, *done.limits]))
        return Rendered(done.text)
