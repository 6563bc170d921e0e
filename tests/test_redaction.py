from __future__ import annotations

import pytest

from promptlint.redaction import is_mark, mark, names, sentence

HELLO = mark("hello there")


def test_a_mark_has_a_hash_and_a_length() -> None:
    assert mark("hello there") == "<12998c, 11 characters>"
    assert mark("x" * 1234).endswith(", 1,234 characters>")
    assert mark("\ud83d").endswith(", 1 character>")
    assert mark("") == "<empty>"


@pytest.mark.parametrize("text", [HELLO, "<empty>", mark("x" * 5000)])
def test_marks_are_known_by_their_form(text: str) -> None:
    assert is_mark(text)
    assert not is_mark(text + "!")


@pytest.mark.parametrize(
    "text",
    ["search_text", "read, write", "/tools/0/function/name", '"id", "call_id"', "content and thinking", "a.b[0].c"],
)
def test_names_stay(text: str) -> None:
    assert names(text) == text


def test_what_does_not_look_like_a_name_is_marked() -> None:
    assert names("hello there") == HELLO
    assert names("search, hello there") == f"search, {HELLO}"
    assert is_mark(names("x" * 65))
    assert is_mark(names("こんにちは"))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("line 3 is no JSON", "line 3 is no JSON"),
        ('the role "hello there" is not known', f"the role {mark(chr(34) + 'hello there' + chr(34))} is not known"),
        ("it's not known, it isn't", "it's not known, it isn't"),
        ('cut in "the middle', f"cut in {mark(chr(34) + 'the middle')}"),
        ("blocks of type image are shown", "blocks of type image are shown"),
        ("blocks of type hello there are shown", f"blocks of type {HELLO} are shown"),
    ],
)
def test_a_sentence_of_ours_loses_what_it_quotes(said: str, shown: str) -> None:
    assert sentence(said) == shown
