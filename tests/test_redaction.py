from __future__ import annotations

import re

import pytest

from promptlint.redaction import is_mark, keyed, mark, names, sentence

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
    [
        "search_text",
        "read, write",
        "/tools/0/function/name",
        '"id", "call_id"',
        "a.b[0].c",
        "a, b and 1,015 more",
        "mcp__github__get_pull_request_2",
        "hf_doc_search",
        "getTheWeatherOfLast7Days",
        "gpt-4-turbo-2024-04-09",
        "",
    ],
)
def test_names_stay(text: str) -> None:
    assert names(text) == text


def test_what_does_not_look_like_a_name_is_marked() -> None:
    assert names("hello there") == HELLO
    assert names("search, hello there") == f"search, {HELLO}"
    assert is_mark(names("x" * 65))
    assert is_mark(names("こんにちは"))


@pytest.mark.parametrize(
    "text",
    [
        "john.doe@example.com",
        "https://evil.example/x",
        "//evil.example/x",
        "alice and bob",
        "user:secret",
        "sk-ant-api03-a",
        "ghp_a",
        "AKIAIOSFODNN7EXAMPLE",
        "xoxb-1",
        "hf_abcdefghijklmnopqrstuvwxyzabcdefgh",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi",
        "toolu_01A09q90qw90lq917835lq9",
        "123e4567-e89b-12d3-a456-426614174000",
        "tel_4915112345678",
    ],
)
def test_addresses_and_credentials_are_no_names(text: str) -> None:
    assert is_mark(names(text))
    assert names(f"/input/{text.replace('/', '~1')}/0").startswith("/input/<")


HASHES = re.compile(r"(?<=[<…])[0-9a-f]+(?=[,…])")


@pytest.mark.parametrize(
    "text", [HELLO, "<12998c, 1…ters>", "<12998c,…", "<129…", "…98c, 11 characters>", "a <12…98c, 11 characters>"]
)
def test_a_mark_with_a_key_has_another_hash_and_the_same_length(text: str) -> None:
    other, another = keyed(text, b"one"), keyed(text, b"two")
    assert HASHES.findall(text)
    assert len({*map(tuple, map(HASHES.findall, (text, other, another)))}) == 3
    assert HASHES.sub("", other) == HASHES.sub("", text)
    assert keyed(text, b"one") == other


@pytest.mark.parametrize("text", ["<empty>", "bed, 3 of 4", "a…bed, cab", "List<a, b>", "a < b"])
def test_what_is_no_mark_stays(text: str) -> None:
    assert keyed(text, b"one") == text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("line 3 is no JSON", "line 3 is no JSON"),
        ('the role "hello there" is not known', f"the role {mark(chr(34) + 'hello there' + chr(34))} is not known"),
        ("it's not known, it isn't", "it's not known, it isn't"),
        ('cut in "the middle', f"cut in {mark(chr(34) + 'the middle')}"),
        ("blocks of type image are shown", "blocks of type image are shown"),
        ("blocks of type hello there are shown", f"blocks of type {HELLO} are shown"),
        (
            "vllm refuses content parts of type hello there; left out here",
            f"vllm refuses content parts of type {HELLO}; left out here",
        ),
    ],
)
def test_a_sentence_of_ours_loses_what_it_quotes(said: str, shown: str) -> None:
    assert sentence(said) == shown
