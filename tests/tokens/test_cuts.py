"""The pattern that a text is cut with finds what a tokenizer finds: the leftmost added token, the longest of those."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from promptlint.tokens import cuts
from promptlint.tokens.cuts import cut_text, pattern_of

LETTERS = st.text("ab<|", min_size=1, max_size=5)


@given(tokens=st.lists(LETTERS, min_size=1, max_size=12), text=st.text("ab<|", max_size=40))
def test_finds_the_leftmost_and_of_those_the_longest(tokens: list[str], text: str) -> None:
    slow = re.compile("|".join(map(re.escape, sorted(tokens, key=len, reverse=True))))
    pattern = pattern_of(tokens)
    assert pattern is not None
    assert [match.span() for match in pattern.finditer(text)] == [match.span() for match in slow.finditer(text)]


@given(tokens=st.lists(LETTERS, max_size=6), text=st.text("ab<|", max_size=40))
def test_the_pieces_are_the_text(tokens: list[str], text: str) -> None:
    found = list(cut_text(text, pattern_of(tokens)))
    assert "".join(cut.key.gap + cut.key.right for cut in found) == text
    assert [text[cut.start : cut.start + len(cut.key.gap)] for cut in found] == [cut.key.gap for cut in found]


def test_thousands_of_tokens_make_one_pattern() -> None:
    pattern = pattern_of([f"<unused{number}>" for number in range(6000)])
    assert pattern is not None
    assert [match[0] for match in pattern.finditer("<unused7><unused70><unused6000><")] == ["<unused7>", "<unused70>"]


def test_tokens_that_no_pattern_is_made_of() -> None:
    assert pattern_of(None) is None
    assert pattern_of([]) is None
    assert pattern_of(["a" * length for length in range(1, 200)]) is None  # each begins the next one
    assert pattern_of(["a" * (cuts.MOST_CHARACTERS + 1)]) is None
