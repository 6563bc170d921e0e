"""Tables, and the lists that stand for them where they have no room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.report.table import Table, count, lines_of
from promptlint.terminal import Terminal, columns

HEADS = ("engine", "model", "reused")
ROWS = (("vllm", "qwen3-8b", "96"), ("界", "m", "1,234,567"))


def table(*rows: tuple[str, str, str], terminal: Terminal | None = None) -> Table:
    return Table(HEADS, rows, (0, 1), 1, (terminal or Terminal()).cut_middle)


def shown(table: Table, width: int, room: int | None = None) -> list[str]:
    lines = lines_of(table, Terminal(width=width), room)
    return [*lines.head, *(line for row in lines.rows for line in row)]


def test_names_stand_to_the_left_and_numbers_to_the_right() -> None:
    assert shown(table(*ROWS), 80) == [
        "  engine  model        reused",
        "  vllm    qwen3-8b         96",
        "  界      m         1,234,567",
    ]


def test_one_column_gives_way() -> None:
    row = ("vllm", "models/qwen3-8b-instruct", "96")
    assert shown(table(row), 80)[1] == "  vllm    models/qwen3-8b-instruct      96"
    assert shown(table(row), 80, room=36)[1] == "  vllm    models/qw…instruct      96"
    assert shown(table(row), 31)[1] == "  vllm    models…struct      96"


def test_a_list_where_there_is_no_room_for_columns() -> None:
    assert shown(table(*ROWS), 24) == [
        "  vllm  qwen3-8b",
        "    reused 96",
        "  界  m",
        "    reused 1,234,567",
    ]


@given(st.text("ab 界\u0301\x1b\n", max_size=60), st.integers(20, 120))
def test_no_name_makes_a_line_wider_than_the_terminal(name: str, width: int) -> None:
    terminal = Terminal(width=width)
    found = shown(table(("vllm", terminal.safe(name), "1,234,567"), terminal=terminal), width)
    assert max(map(columns, found)) <= width


@pytest.mark.parametrize(("number", "text"), [(None, "-"), (0, "0"), (1234, "1,234")])
def test_numbers_as_people_read_them(number: int | None, text: str) -> None:
    assert count(number) == text
