from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from promptlint.model import Divergence, Place, Side
from promptlint.report import frame as frames
from promptlint.terminal import Terminal, columns

TERMINAL = Terminal()


def side(before: str, text: str, token: str = "", line: int | None = 1) -> Side:
    return Side(Place("a.json", "", line, 1), before, text, token)


def frame(side: Side, width: int, terminal: Terminal = TERMINAL) -> list[str]:
    return frames.frame(side, width, frames.left_width([side], width, terminal), terminal, "red")


def test_the_mark_stands_under_the_whole_token_that_differs() -> None:
    text, mark = frame(side("the time is now 12:", "30 o'clock", "30"), 60)
    assert text[mark.index("^") :].startswith("30")
    assert mark.count("^") == 2
    assert frame(side("", "午後 x", "午後"), 60)[1] == "^^^^"
    assert frame(side("", "\n\nx", "\n\n"), 60)[1] == "^^^^"


def test_a_token_that_is_no_text_of_its_own_gets_one_mark() -> None:
    assert frame(side("", "日", "\ufffd"), 60)[1] == "^"
    assert frame(side("", "long", "long"), 2)[1] == "^^"


def test_a_token_can_begin_before_its_text_differs() -> None:
    before, after = frames.at_token((side('open"}', "}<tool>", '"}'), side('open"}', ', "call', '"},')))
    assert (before.before_text, before.text) == ("open", '"}}<tool>')
    assert (after.before_text, after.text) == ("open", '"}, "call')
    unknown = (side("same", "x", "\ufffd"), side("same", "y", "y"))
    assert frames.at_token(unknown) == unknown


def test_both_sides_with_the_numbers_of_their_lines() -> None:
    divergence = Divergence(
        7, "system", True, side("at 09:", "14:07", "14", line=8), side("at 09:", "31", "31", line=120)
    )
    assert list(frames.frames(divergence, TERMINAL)) == [
        "  before  a.json:8:1  (the whole request)",
        "    8 │ at 09:14:07",
        "      │       ^^",
        "  after   a.json:120:1  (the whole request)",
        "  120 │ at 09:31",
        "      │       ^^",
    ]


def test_a_line_that_is_not_known_has_no_number() -> None:
    unknown = side("at ", "x", "x", line=None)
    divergence = Divergence(7, "system", True, unknown, unknown)
    assert list(frames.frames(divergence, Terminal(unicode=False)))[1:3] == ["  | at x", "  |    ^"]


def test_long_places_stand_below_each_other() -> None:
    far = Side(Place("deep/" * 20 + "a.json", "/messages" + "/content" * 12, 1, 1), "at ", "x", "x")
    found = list(frames.frames(Divergence(7, "system", True, far, far), Terminal(width=50)))
    assert [columns(line) for line in found[:2]] == [50, 50]
    assert found[0].endswith("deep/a.json:1:1")
    assert found[1].endswith("/content/content")


def test_wide_characters_take_two_columns() -> None:
    text, mark = frame(side("時刻は ", "午後"), 60)
    assert mark.index("^") == columns("時刻は ") == 7
    assert text == "時刻は 午後"


def test_only_the_line_of_the_divergence_when_it_is_long_enough() -> None:
    line = "a line of more than twenty-four columns: "
    assert frame(side(f"above\n{line}", "x"), 100)[0] == f"{line}x"
    assert frame(side("the line above\nshort ", "x"), 100)[0] == "the line above\\nshort x"


def test_a_cut_never_falls_inside_an_escape() -> None:
    for width in range(12, 40):
        text = frame(side("\n" * 50, "\n" * 50), width)[0]
        assert text.strip("…").replace("\\n", "") == ""


def test_both_sides_leave_the_same_room() -> None:
    sides = [side("x" * 100, "y" * 100), side("x" * 100, "z")]
    assert frames.left_width(sides, 60, TERMINAL) == 30
    assert frames.left_width(sides[1:], 60, TERMINAL) == 59


def test_the_end_of_the_prompt_is_said() -> None:
    text, mark = frame(side("all of it ", ""), 60)
    assert text == "all of it (the prompt ends here)"
    assert mark.index("^") == len("all of it ")


@given(st.text(), st.text(), st.integers(12, 120))
def test_whatever_the_text_it_fits_and_is_printable(before: str, text: str, width: int) -> None:
    shown, mark = frame(side(before, text), width)
    assert columns(shown) <= width
    assert shown.isprintable()
    assert mark.rstrip().endswith("^")
