"""Messages at another place, and calls in more messages than before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from promptlint.lint.context import PairContext
from promptlint.lint.moved_messages import Moved, moved_messages, split_calls, without_moved
from promptlint.local_model import Model
from tests.lint import contexts

Message = dict[str, Any]
ASKED: Message = {"role": "user", "content": "Where is the kite?"}
SAID: Message = {"role": "assistant", "content": "In the tree."}
MORE: Message = {"role": "user", "content": "Who has seen it?"}
KEPT: Message = {"role": "assistant", "content": "The keeper has."}
TAIL: Message = {"role": "system", "content": "Two sentences."}


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with contexts.model() as opened:
        yield opened


def pair(model: Model, before: list[Message], after: list[Message]) -> PairContext:
    _, (found,) = contexts.session(model, *({"model": "example", "messages": one} for one in (before, after)))
    return found


def calling(*names: str) -> Message:
    calls = [{"id": name, "type": "function", "function": {"name": name, "arguments": "{}"}} for name in names]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def test_no_message_moved(model: Model) -> None:
    assert moved_messages(pair(model, [ASKED, SAID], [ASKED, SAID, MORE])) == []
    other = {"role": "user", "content": "By the way, it rains."}
    assert moved_messages(pair(model, [ASKED, SAID, MORE], [ASKED, other, SAID, MORE])) == []
    assert moved_messages(pair(model, [ASKED, MORE], [ASKED, SAID, MORE])) == []  # an answer put in between


def test_two_messages_changed_places(model: Model) -> None:
    found = pair(model, [ASKED, SAID, MORE, KEPT], [ASKED, MORE, SAID, KEPT])
    (moved,) = moved_messages(found)
    left = without_moved(found.alignment, [moved])
    assert (left.removed, left.inserted, left.appended) == ((), (), ())
    assert found.after.messages[moved.after] == found.before.messages[moved.before]
    assert moved.back(found.after.chat).messages == found.before.messages


def test_a_tail_that_moves(model: Model) -> None:
    found = pair(model, [ASKED, TAIL], [ASKED, SAID, MORE, TAIL])
    assert moved_messages(found) == [Moved(1, 3, (1, 2))]
    left = without_moved(found.alignment, moved_messages(found))
    assert (left.removed, left.inserted) == ((), ())
    assert Moved(1, 3, (1, 2)).back(found.after.chat).messages == [ASKED, TAIL, SAID, MORE]


def test_a_message_that_only_the_front_left_behind_stays_where_it_is(model: Model) -> None:
    found = pair(model, [SAID, ASKED, SAID], [ASKED, MORE, SAID])
    (moved,) = moved_messages(found)
    assert moved == Moved(1, 0, ())
    assert moved.back(found.after.chat).messages == found.after.messages


def test_calls_in_two_messages(model: Model) -> None:
    found = pair(model, [ASKED, calling("a", "b"), MORE], [ASKED, calling("a"), calling("b"), MORE])
    assert split_calls(found, 1, 1, [2]) == [2]
    other = pair(model, [ASKED, calling("a", "b"), MORE], [ASKED, calling("a"), calling("c"), MORE])
    assert split_calls(other, 1, 1, [2]) == []
    assert split_calls(other, 1, 1, []) == []
