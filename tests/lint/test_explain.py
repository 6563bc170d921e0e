"""What `promptlint rule` prints."""

from __future__ import annotations

import pytest

from promptlint.lint import catalogue, explain
from promptlint.terminal import Terminal, columns


@pytest.mark.parametrize("width", [80, 120])
def test_nothing_that_is_said_of_a_rule_is_wider_than_the_terminal(width: int) -> None:
    codes = [None, *(rule.code for rule in catalogue.load((), allow_code=False).values())]
    lines = [line for code in codes for line in explain.lines(code, Terminal(width=width))]
    assert [line for line in lines if columns(line) > width] == []


def test_the_list_names_every_rule_with_its_summary() -> None:
    lines = list(explain.lines(None, Terminal()))
    at = next(at for at, line in enumerate(lines) if line.startswith("KV101"))
    assert lines[at].split() == ["KV101", "clock-in-system-prompt", "error"]
    assert lines[at + 1] == "  A clock in the system prompt makes every request's prefix new."
