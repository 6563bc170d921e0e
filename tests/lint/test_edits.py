"""Where two requests differ, and copies in which that is undone."""

from __future__ import annotations

from typing import Any

import pytest

from promptlint.lint.edits import Edit, Edits
from promptlint.lint.rule import Span
from tests.lint import contexts


def edits(before: Any, after: Any) -> Edits:
    """Of two prompts that the client has made."""
    with contexts.model() as opened:
        _, (pair,) = contexts.session(opened, *({"model": "m", "max_tokens": 9, "prompt": p} for p in (before, after)))
        return Edits(pair.before.chat, pair.after.chat, pair.alignment)


@pytest.mark.parametrize(
    ("before", "after"),
    [("You sort.", [1, 2, 3]), ([1, 2, 3], "You sort."), ([1, 2, 3], [1, 4, 3])],
    ids=["a text became ids", "ids became a text", "other ids"],
)
def test_token_ids_are_one_place(before: Any, after: Any) -> None:
    found = edits(before, after)
    old, new = (tuple(one) if isinstance(one, list) else one for one in (before, after))
    assert found.found == (Edit("value", Span("/prompt"), Span("/prompt"), old, new),)
    assert found.undone({0}).rendered == old
    assert found.undone(()).rendered == new


@pytest.mark.parametrize(("before", "after"), [("You sort.", "You sort. Yes."), ([1, 2], [1, 2, 3])])
def test_more_at_the_end_of_a_prompt_is_no_difference(before: Any, after: Any) -> None:
    assert edits(before, after).found == ()


@pytest.mark.parametrize("name", ["messages", "prompt"])
def test_a_member_with_the_name_of_a_part_of_the_prompt_is_not_taken_for_that_part(name: str) -> None:
    old, new = ({"model": "m", "input": [{"role": "user", "content": ask}], name: {"id": ask}} for ask in "ab")
    with contexts.model() as opened:
        _, (pair,) = contexts.session(opened, old, new)
        found = Edits(pair.before.chat, pair.after.chat, pair.alignment)
    assert [one.after.pointer for one in found.found] == ["/messages/0"]
    assert found.undone({0}).parameters[name] == {"id": "b"}
