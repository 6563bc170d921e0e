"""User messages, found by the tokens of the role markers."""

from __future__ import annotations

from promptlint.engine.user_starts import RoleMarker, user_starts

OPEN, USER, TOOL, BREAK, SYSTEM = 1, 2, 3, 4, 5
MARKERS = (RoleMarker("tool", (OPEN, USER, BREAK, TOOL)), RoleMarker("user", (OPEN, USER)))


def test_a_user_message_begins_with_its_marker() -> None:
    assert user_starts([OPEN, SYSTEM, 9, OPEN, USER, BREAK, 9, OPEN, USER, 9], MARKERS) == (3, 7)


def test_a_tool_result_in_a_user_turn_is_none_if_the_markers_say_so() -> None:
    prompt = [OPEN, USER, BREAK, TOOL, 9, OPEN, USER, BREAK, 9]
    assert user_starts(prompt, MARKERS) == (5,)
    assert user_starts(prompt, MARKERS[1:]) == (0, 5)


def test_a_marker_that_is_cut_off_is_none() -> None:
    assert user_starts([9, OPEN], MARKERS) == ()


def test_without_markers_there_are_no_user_messages() -> None:
    assert user_starts([OPEN, USER], ()) == user_starts([OPEN, USER], [RoleMarker("user", ())]) == ()
