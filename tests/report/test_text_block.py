"""Sentences over several lines, and things side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from promptlint.report.text_block import beside, folded, wrapped
from promptlint.terminal import READABLE, Terminal, columns

NARROW = Terminal(width=20)


def test_a_sentence_takes_as_many_lines_as_it_needs() -> None:
    assert wrapped("one two three four five", NARROW) == ["  one two three four", "  five"]
    assert wrapped("one two three four", NARROW, indent="    ", first="  - ") == ["  - one two three", "    four"]
    assert wrapped("", NARROW) == []


def test_wide_characters_take_two_columns() -> None:
    assert wrapped("日本語の文 日本語の文", NARROW) == ["  日本語の文", "  日本語の文"]


def test_what_is_longer_than_a_line_is_broken_and_nothing_is_lost() -> None:
    url = "https://example.org/a/long/way/to/go"
    lines = wrapped(f"see {url}", NARROW)
    assert lines[0] == "  see"
    assert "".join(line.strip() for line in lines[1:]) == url


def test_runs_of_spaces_inside_a_line_stay() -> None:
    assert wrapped('a "  " b', NARROW) == ['  a "  " b']


def test_a_sentence_is_no_wider_than_people_like_to_read() -> None:
    assert max(map(columns, wrapped("word " * 100, Terminal(width=120)))) <= READABLE


def test_an_ellipsis_is_spelled_out_where_the_stream_has_none() -> None:
    assert wrapped("so … ü", Terminal(unicode=False)) == ["  so ... \\xfc"]


def test_styles_take_no_room() -> None:
    styled = Terminal(colour=True).style("four", "red")
    assert folded(f"one two three {styled}", NARROW) == [f"  one two three {styled}"]


def test_things_stand_side_by_side_as_long_as_there_is_room() -> None:
    assert beside(["KV101", "error", "1:2"], NARROW) == ["KV101  error  1:2"]
    assert beside(["KV101 rule", "error", "a.json:1:2"], NARROW) == ["KV101 rule  error", "  a.json:1:2"]
    assert beside(["a", "b"], NARROW, "  ", "  ", gap="   ") == ["  a   b"]


@given(st.text(), st.integers(10, 120))
def test_no_text_is_wider_than_the_terminal(text: str, width: int) -> None:
    lines = wrapped(text, Terminal(width=width))
    assert all(columns(line) <= width for line in lines)
    assert all(line == line.rstrip() and line.isprintable() for line in lines)
