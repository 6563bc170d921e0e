"""Of overlapping matches the first and longest stays."""

from __future__ import annotations

from promptlint.lint.detect.match import Match, disjoint


def test_disjoint() -> None:
    long, short, later, inside = Match(2, 9, "a"), Match(2, 5, "b"), Match(9, 12, "c"), Match(4, 11, "d")
    assert disjoint([later, short, inside, long]) == [long, later]
    assert disjoint([]) == []
