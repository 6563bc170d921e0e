"""The front of a history that is gone, and what stands in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from promptlint.lint.context import PairContext
from promptlint.lint.front import Front, Summary, all_behind, compaction, dropped_front, lost_front
from promptlint.lint.rule import Span
from promptlint.local_model import Model
from tests.lint import contexts

TALK = [
    {"role": role, "content": text}
    for role, text in zip(
        ("user", "assistant") * 3,
        ("Where is the kite?", "In the tree.", "Who has seen it?", "The keeper has.", "Ask him.", "He sleeps."),
        strict=True,
    )
]
SUMMARY = {"role": "user", "content": "<summary>A kite hangs in a tree.</summary>"}
NOTE = {"role": "user", "content": "[older messages are not shown]"}


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with contexts.model() as opened:
        yield opened


def pair(model: Model, before: list[Any], after: list[Any]) -> PairContext:
    system = {"role": "system", "content": "Be short."}
    bodies = ({"model": "example", "messages": [system, *messages]} for messages in (before, after))
    _, (found,) = contexts.session(model, *bodies)
    return found


def test_nothing_is_lost(model: Model) -> None:
    grown = pair(model, TALK[:3], TALK)
    assert (lost_front(grown), dropped_front(grown), compaction(grown)) == (None, None, None)


def test_a_window(model: Model) -> None:
    found = pair(model, TALK[:5], TALK[2:])
    assert dropped_front(found) == lost_front(found) == Front(first=1, size=2, kept=0, at=1, back=3)
    assert compaction(found) is None


def test_a_window_behind_what_is_kept(model: Model) -> None:
    assert dropped_front(pair(model, TALK, [TALK[0], NOTE, *TALK[3:]])) == Front(2, 2, 1, 2, 3)
    assert dropped_front(pair(model, TALK, [TALK[0], *TALK[2:]])) is None  # one message out of the middle


def test_nothing_that_moved_up_is_no_window(model: Model) -> None:
    other = {"role": "user", "content": "Name a river."}
    found = pair(model, TALK[:3], [other, *TALK[1:5]])
    assert lost_front(found) == Front(first=1, size=1, kept=0, at=1, back=0)
    assert dropped_front(found) is None
    assert dropped_front(pair(model, TALK[:3], [other, other, *TALK[1:5]])) is None  # it moved down


def test_another_conversation_is_no_window(model: Model) -> None:
    other = [{"role": "user", "content": "Name a river."}, {"role": "assistant", "content": "The Ache."}]
    assert dropped_front(pair(model, TALK, other)) is None
    assert compaction(pair(model, TALK, other)) is None


def test_a_summary_with_the_rest(model: Model) -> None:
    found = pair(model, TALK, [SUMMARY, *TALK[3:]])
    assert compaction(found) == (Front(1, 3, 0, 1, 3), Summary(Span("/messages/1/content"), str(SUMMARY["content"])))
    assert dropped_front(found) is None


def test_a_summary_behind_the_kept_start(model: Model) -> None:
    found = compaction(pair(model, TALK, [*TALK[:2], SUMMARY, *TALK[4:]]))
    assert found is not None
    assert found[1].span == Span("/messages/3/content")


def test_one_message_is_no_history(model: Model) -> None:
    assert compaction(pair(model, TALK[:1], [SUMMARY])) is None


def test_all_behind(model: Model) -> None:
    assert all_behind(pair(model, TALK[:1], TALK[:2]), 1) == (Span("/messages/1"), Span("/messages/2"))
