"""The same turns of two requests: in place, shifted, edited, and many of them."""

from __future__ import annotations

from typing import Any

import pytest

from promptlint.lint.alignment import Alignment, Pairing, align, is_similar

Message = dict[str, Any]
Parts = tuple[list[tuple[int, int]], list[int], list[int], list[int]]  # pairs, removed, inserted, appended


def said(*texts: str) -> list[Message]:
    """User and assistant in turn, behind a system message; a text in brackets is a tool result."""
    roles = ("user", "assistant")
    found: list[Message] = [{"role": "system", "content": "Be short."}]
    for number, text in enumerate(texts):
        found.append({"role": "tool" if text.startswith("[") else roles[number % 2], "content": text})
    return found


def calling(name: str, arguments: str = "{}", identity: str = "c1") -> Message:
    call = {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}
    return {"role": "assistant", "content": None, "tool_calls": [call]}


def aligned(before: list[Message], after: list[Message]) -> Parts:
    found = align(before, after)
    pairs = [(pair.before, pair.after) for pair in found.pairs]
    return pairs, list(found.removed), list(found.inserted), list(found.appended)


ONE, TWO, THREE = "Where is the kite?", "It flew over the harbour wall.", "Who has seen it since this morning?"
FOUR, FIVE = "The keeper of the lighthouse has.", "Then ask him about the string."


def test_a_pure_append() -> None:
    before = said(ONE, TWO, THREE)
    assert align(before, [*before, *said(FOUR, FIVE)[1:]]) == Alignment(
        (Pairing(1, 1), Pairing(2, 2), Pairing(3, 3)), (), (), (4, 5), Pairing(1, 1)
    )
    assert align(before, before).pairs == (Pairing(1, 1), Pairing(2, 2), Pairing(3, 3))


def test_nothing_to_align() -> None:
    assert align([], []) == Alignment((), (), (), (), Pairing(0, 0))
    assert aligned(said(), said(ONE)) == ([], [], [], [1])
    assert aligned(said(ONE), said()) == ([], [1], [], [])


def test_one_more_system_message() -> None:
    before, system = said(ONE, TWO), {"role": "developer", "content": "Be kind."}
    assert aligned(before, [before[0], system, *before[1:]]) == ([(1, 2), (2, 3)], [], [], [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"role": "user", "content": ONE + "\n"}, {"role": "user", "content": ONE}),
        ({"role": "user", "content": [{"type": "text", "text": ONE}]}, {"role": "user", "content": ONE}),
        ({"role": "user", "content": ONE + " It is 12:31."}, {"role": "user", "content": ONE}),
        (calling("look", identity="c1"), calling("look", identity="c9")),
        (calling("look", '{"at": 1}'), calling("look", '{"at": 2}')),
        ({"role": "tool", "content": "a long listing of files"}, {"role": "tool", "content": "[cleared]"}),
        (
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]},
            {"role": "user", "content": "[image]"},
        ),
        ({"role": "assistant", "reasoning": "Hm.", "content": TWO}, {"role": "assistant", "content": TWO}),
    ],
    ids=["trimmed", "one part", "ephemeral", "ids", "arguments", "pruned", "image", "reasoning"],
)
def test_an_edited_message_is_the_same_turn(old: Message, new: Message) -> None:
    before, after = [*said(ONE), old, *said(TWO)[1:]], [*said(ONE), new, *said(TWO, THREE, FOUR)[1:]]
    assert aligned(before, after) == ([(1, 1), (2, 2), (3, 3)], [], [], [4, 5])


def test_another_message_in_its_place_is_another_turn() -> None:
    before, after = said(ONE, "Seven boxes.", THREE), said(ONE, "Fetch a lamp!", THREE, FOUR)
    assert aligned(before, after) == ([(1, 1), (3, 3)], [2], [2], [4])


def test_a_message_in_between() -> None:
    before = said(ONE, TWO, THREE, FOUR)
    after = [*before[:3], {"role": "user", "content": "By the way: it rains."}, *before[3:]]
    assert aligned(before, after) == ([(1, 1), (2, 2), (3, 4), (4, 5)], [], [3], [])


def test_a_message_less_and_where_it_is_missing() -> None:
    before = said(ONE, TWO, THREE, FOUR, FIVE)
    after = [*before[:2], *before[3:]]
    assert aligned(before, after) == ([(1, 1), (3, 2), (4, 3), (5, 4)], [2], [], [])
    assert align(before, after).missing_at(2) == 2


def test_the_front_is_gone() -> None:
    before = said(ONE, TWO, THREE, FOUR, FIVE)
    after = [before[0], *before[3:], *said("He is asleep.", "Wake him.")[1:]]
    assert aligned(before, after) == ([(3, 1), (4, 2), (5, 3)], [1, 2], [], [4, 5])
    assert align(before, after).missing_at(1) == 1


def test_everything_is_replaced() -> None:
    before, after = said(ONE, TWO, THREE), said("[CONTEXT COMPACTION] A kite was lost.")
    assert aligned(before, after) == ([], [1, 2, 3], [], [1])


def test_repeated_results_stay_in_order() -> None:
    turns = [message for _ in range(4) for message in (calling("wait"), {"role": "tool", "content": "ok"})]
    before, after = [*said(ONE), *turns], [*said(ONE), *turns[2:], *said(TWO)[1:]]
    pairs, removed, inserted, appended = aligned(before, after)
    assert [right - left for left, right in pairs[1:]] == sorted(right - left for left, right in pairs[1:])[::-1]
    assert (len(pairs), len(removed), len(inserted), len(appended)) == (7, 2, 0, 1)


@pytest.mark.parametrize("shift", [0, 3])
@pytest.mark.parametrize("text", ["ok", "message {}"])
def test_a_thousand_messages(text: str, shift: int) -> None:
    before = said(*(text.format(number) + (" edited" if number % 2 else "") for number in range(1000)))
    after = [before[0], *(said(*(text.format(number) for number in range(1000)))[1 + shift :])]
    found = align(before, after)
    assert len(found.pairs) + len(found.removed) == 1000


def test_similar_texts() -> None:
    assert is_similar(ONE, ONE[:12])
    assert is_similar("the ferry is white, the dog is called Brom", "she said: the ferry is white, the dog Brom")
    assert not is_similar(ONE, FIVE)
    assert not is_similar("", ONE)
