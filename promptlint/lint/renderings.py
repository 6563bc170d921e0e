"""What changed copies of one request look like when they are rendered: each once, and not more than a few."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from promptlint.errors import PromptlintError
from promptlint.model import Chat

MOST_RENDERINGS = 48  # for the experiments of all rules with one request


class Renderings:
    """The prompts of copies, by what they say.

    Nearly all messages of a copy are those of the request itself, the same objects: each is spelled once, and must not
    be changed afterwards.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], str | None] = {}
        self._spelled: dict[int, tuple[Any, str]] = {}  # the value is kept, so that its number is not given away

    def of(self, chat: Chat, render: Callable[[], str]) -> str | None:
        """The prompt of a copy; None where the template refuses it or there were too many before."""
        parameters = json.dumps(dict(chat.parameters), default=str)
        key = (*map(self._text, chat.messages), self._text(chat.tools), parameters, repr(chat.rendered))
        if key not in self._known:
            if len(self._known) >= MOST_RENDERINGS:
                return None
            try:
                self._known[key] = render()
            except PromptlintError:
                self._known[key] = None
        return self._known[key]

    def _text(self, value: Any) -> str:
        known = self._spelled.get(id(value))
        if known is not None:
            return known[1]
        text = json.dumps(value, default=str)
        if len(self._known) < MOST_RENDERINGS:
            self._spelled[id(value)] = value, text
        return text
