from __future__ import annotations

from promptlint.recorded import Break, Breaks, RecordedRequest

ANYWHERE = Break("compacted")
SECOND, THIRD = Break("compacted", before=2), Break("another task", before=3)


def test_a_break_with_a_place_excuses_every_pair_over_it() -> None:
    breaks = Breaks([THIRD])
    assert breaks.excusing([(1, 2), (2, 3), (1, 4), (3, 4)]) == [None, THIRD, THIRD, None]
    assert breaks.unneeded() == []


def test_a_break_without_a_place_excuses_one_pair() -> None:
    breaks = Breaks([ANYWHERE])
    assert breaks.excusing([(1, 2), (2, 3)]) == [ANYWHERE, None]
    assert breaks.excusing([(1, 2), (2, 3)]) == [ANYWHERE, None]  # of each assertion anew


def test_a_place_counts_before_one_that_is_anywhere() -> None:
    breaks = Breaks([ANYWHERE, SECOND])
    assert breaks.excusing([(1, 2)]) == [SECOND]
    assert breaks.unneeded() == [ANYWHERE]


def test_nothing_is_needed_before_anybody_has_looked() -> None:
    breaks = Breaks([SECOND])
    assert (breaks.judged, breaks.unneeded()) == (False, [SECOND])
    breaks.excusing([])
    assert (breaks.judged, breaks.unneeded()) == (True, [SECOND])


def test_a_break_says_where_it_stands_and_why() -> None:
    assert [str(one) for one in (ANYWHERE, THIRD)] == [
        "the break (compacted)",
        "the break before request 3 (another task)",
    ]


def test_a_request_shows_its_name_and_not_its_prompt() -> None:
    one = RecordedRequest(
        "test-1", None, "body", "openai_chat", "m", {"messages": ["long"]}, url="http://x", content=b"{}"
    )
    assert repr(one) == "<test-1: openai_chat to http://x, 2 bytes>"


def test_a_break_stands_before_a_request_that_begins_anew() -> None:
    breaks = Breaks([ANYWHERE, THIRD])
    assert breaks.excusing([]) == []
    assert breaks.beginning([3, 4, 5]) == {3, 4}
    assert breaks.unneeded() == []


def test_a_break_that_has_excused_a_lost_prefix_stands_before_nothing_else() -> None:
    breaks = Breaks([ANYWHERE, SECOND])
    assert breaks.excusing([(2, 3)]) == [ANYWHERE]
    assert breaks.beginning([3, 4]) == set()
    assert breaks.unneeded() == [SECOND]
