"""Printed text → the string that was printed: the same character, however the template spells it."""

from __future__ import annotations

import pytest

from promptlint.comparison.spelling import offset_in_leaf
from promptlint.render.leaves import Leaf
from promptlint.render.provenance import Span


def offset(value: str, printed: str, at: int) -> int | None:
    """Where the character at an offset of the printed text stands in the value; around it stands other text."""
    leaf = Leaf("/messages/0/content", value, "text")
    return offset_in_leaf(f"<<{printed}>>", Span(2, 2 + len(printed), leaf, 0), 2 + at)


@pytest.mark.parametrize(
    ("value", "printed", "at", "found"),
    [
        ("seven é", "seven é", 6, 6),
        ('a"b', r"a\"b", 1, 1),
        ('a"b', r"a\"b", 3, 2),
        ("é!", r"\u00e9!", 6, 1),
        ('it\'s "so"!', r"""it\'s "so"!""", 10, 9),  # as Python spells it
        ('"so"\n!', r'"so"\n!', 6, 5),
        ("a\nb", r"a\nb", 4, 3),  # behind the last character
        (r"a\nb", "a\nb", 2, 3),  # arguments that are shown parsed
        (r"\u00e9!", "é!", 1, 6),
        (r"\u00e9!", r"\u00e9!", 6, 6),
        (r"\ud83d\ude00!", "😀!", 1, 12),
        (r"C:\qa\n", "C:\\qa\n", 5, 5),  # \q is none of JSON's escapes, and stays as it is
        (r"C:\qa\n", "C:\\qa\n", 6, 7),
        ("seven", "eight", 2, None),
    ],
)
def test_a_character_is_found_in_the_value(value: str, printed: str, at: int, found: int | None) -> None:
    assert offset(value, printed, at) == found
