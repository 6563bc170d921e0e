"""The work of grouping grows as the session does: counted in calls, for a clock tells more of the machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from promptlint.conversation import group
from promptlint.model import JsonObject, Turn
from tests.conversation.requests import message, turn

LENGTH = 40  # turns of one conversation, so that twice the requests are twice the messages
MOST_CALLS = 600, 60  # for one request, and for each message of it


def history(conversation: int, turns: int) -> list[JsonObject]:
    steps = range(2 * turns)
    return [message(f"{'ua'[step % 2]}:step {step} of {conversation}: {'and so on ' * 5}") for step in steps]


def appended(number: int) -> Turn:
    return turn(*history(number // LENGTH, 1 + number % LENGTH))


def edited(number: int) -> Turn:
    told = history(number // LENGTH, 2 + number % LENGTH)
    return turn(*told[:1], f"a:another answer, the {number}th", *told[2:])


def interleaved(number: int) -> Turn:
    if number % 3 == 1:
        return turn("u:quota", system=None, model="gpt-5-nano")
    return turn(*history(number // LENGTH, 1 + number % LENGTH), model=("gpt-5", "gpt-4o")[number % 2])


def resent(number: int) -> Turn:
    return turn(*history(0, LENGTH))


def slid(number: int) -> Turn:
    return turn(*(message(f"{'ua'[step % 2]}:step {step}") for step in range(2 * number, 2 * number + LENGTH)))


def unrelated(number: int) -> Turn:
    return turn(f"u:{number} is the number of this question", system=f"You are number {number}.")


def alike(number: int) -> Turn:
    return turn(f"u:The same start for every question: {number}")


def calls(turns: list[Turn]) -> int:
    """How many functions grouping calls, ours and those of the interpreter."""
    count = 0

    def one(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(one)
    try:
        group(turns)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("kind", [appended, edited, interleaved, resent, slid, unrelated, alike])
def test_twice_the_requests_are_twice_the_work(kind: Callable[[int], Turn]) -> None:
    turns = list(map(kind, range(8 * LENGTH)))
    half, whole = calls(turns[: len(turns) // 2]), calls(turns)
    assert whole <= 2.3 * half
    assert whole <= sum(MOST_CALLS[0] + MOST_CALLS[1] * len(one.chat.messages) for one in turns)


def test_long_sessions_hang_together() -> None:
    for kind, roots in ((appended, 8), (edited, 8), (slid, 1)):
        turns = list(map(kind, range(8 * LENGTH)))
        assert len(group(turns).links) == len(turns) - roots
