"""Lines of tables."""

from __future__ import annotations

import pytest

from promptlint.report.table import count, end_of, line, widths_of
from promptlint.terminal import Terminal, columns


def test_names_stand_to_the_left_and_numbers_to_the_right() -> None:
    rows = [("engine", "reused"), ("vllm", "96"), ("界", "1,234,567")]
    widths = widths_of(rows)
    assert widths == [6, 9]
    assert [line(row, widths, (0,)) for row in rows] == [
        "  engine     reused",
        "  vllm           96",
        "  界      1,234,567",
    ]


@pytest.mark.parametrize(("number", "shown"), [(None, "-"), (0, "0"), (1234, "1,234")])
def test_numbers_as_people_read_them(number: int | None, shown: str) -> None:
    assert count(number) == shown


def test_of_a_long_name_the_end_is_shown() -> None:
    assert end_of("models/qwen3-8b", 15, Terminal()) == "models/qwen3-8b"
    assert end_of("models/qwen3-8b", 9, Terminal()) == "…qwen3-8b"
    assert end_of("models/qwen3-8b", 9, Terminal(unicode=False)) == "...en3-8b"
    assert columns(end_of("界" * 40, 9, Terminal())) <= 9
