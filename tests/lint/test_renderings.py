"""Copies of a request are rendered once each, by what they say and not by which objects they are."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from promptlint.errors import TemplateError
from promptlint.lint import renderings
from promptlint.lint.renderings import Renderings
from promptlint.model import Chat

CHAT = Chat([{"role": "user", "content": "Open?"}], None, {"temperature": 1})


def rendered(known: Renderings, *chats: Chat) -> list[str | None]:
    """What comes back for each, and how many were rendered until then."""
    done: list[Chat] = []

    def render(chat: Chat) -> str:
        done.append(chat)
        if chat.messages == []:
            raise TemplateError("no message", kind="TemplateError")
        return str(len(done))

    return [known.of(chat, lambda chat=chat: render(chat)) for chat in chats]  # type: ignore[misc]  # mypy: lambda


def test_what_says_the_same_is_rendered_once() -> None:
    other = replace(CHAT, messages=[*CHAT.messages, {"role": "assistant", "content": "Yes."}])
    with_tools = replace(CHAT, tools=[])
    warmer = replace(CHAT, parameters={"temperature": 2})
    chats = (CHAT, copy.deepcopy(CHAT), other, CHAT, with_tools, warmer, replace(CHAT, messages=[]), other)
    assert rendered(Renderings(), *chats) == ["1", "1", "2", "1", "3", "4", None, "2"]


def test_the_order_of_keys_is_what_a_template_may_print() -> None:
    turned = replace(CHAT, messages=[{"content": "Open?", "role": "user"}])
    assert rendered(Renderings(), CHAT, turned) == ["1", "2"]


def test_many_are_not_rendered_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderings, "MOST_RENDERINGS", 2)
    chats = [replace(CHAT, parameters={"seed": number}) for number in (1, 2, 3, 1)]
    other = replace(CHAT, messages=[{"role": "user", "content": "Closed?"}])
    assert rendered(Renderings(), *chats, other) == ["1", "2", None, "1", None]
