from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from promptlint.report.picture import bar, legend, stretches
from promptlint.terminal import Terminal

COUNTS = st.integers(0, 10**6)


def test_what_is_there_has_a_cell_however_small() -> None:
    parts = stretches(before=100_449, after=100_963, common=1, lost=100_448)
    assert bar(parts, 10, Terminal()) == "█" + "▒" * 8 + "░"
    assert legend(parts, Terminal()) == ["█ 1 kept", "▒ 100,448 lost", "░ 514 new"]


def test_to_scale() -> None:
    assert bar(stretches(50, 100, 50, 0), 20, Terminal(unicode=False)) == "#" * 10 + "." * 10


def test_a_shorter_request_has_nothing_new() -> None:
    assert legend(stretches(100, 40, 40, 60), Terminal(unicode=False)) == ["# 40 kept", "x 60 lost"]


def test_two_empty_prompts() -> None:
    assert bar(stretches(0, 0, 0, 0), 20, Terminal()) == ""


@given(common=COUNTS, lost=COUNTS, new=COUNTS, width=st.integers(3, 200))
def test_as_wide_as_asked_for(common: int, lost: int, new: int, width: int) -> None:
    parts = stretches(common + lost, common + lost + new, common, lost)
    drawn = bar(parts, width, Terminal())
    assert len(drawn) == (width if common + lost + new else 0)
    for part in parts:
        assert (part.block in drawn) == (part.tokens > 0)
