from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from promptlint.model import Place, Side
from promptlint.report import frame as frames
from promptlint.terminal import Terminal, columns


def side(before: str, text: str) -> Side:
    return Side(Place("a.json", "", 1, 1), before, text, "")


def frame(side: Side, width: int) -> list[str]:
    return frames.frame(side, width, frames.left_width([side], width), Terminal(), "red")


def test_the_mark_stands_under_the_first_character_that_differs() -> None:
    text, mark = frame(side("the time is now 12:", "30 o'clock"), 60)
    assert text[mark.index("^")] == "3"


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
    assert frames.left_width(sides, 60) == 30
    assert frames.left_width(sides[1:], 60) == 59


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
