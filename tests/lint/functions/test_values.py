"""`edge-space`, `enumeration`, `json`, `length`, `max-tokens`, `type`: what a value is."""

from __future__ import annotations

from typing import Any

import pytest

from promptlint.lint.functions.json_text import error_at
from tests.lint.functions.run import check, node, texts


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("as it is\n\n  in the middle", []),
        ("", []),
        (" \n in front", [(0, " \n ")]),
        ("behind\t\r\n", [(6, "\t\r\n")]),
        (" both ", [(0, " "), (5, " ")]),
        (" \n\u3000", [(0, " \n\u3000")]),
        ([" of a list"], []),
    ],
)
def test_edge_space(value: Any, found: list[tuple[int, str]]) -> None:
    hits = check("edge-space", [node(value)])
    assert [(hit.span.offset, hit.text) for hit in hits] == found
    assert all(hit.span.length == len(hit.text) for hit in hits)


def test_enumeration() -> None:
    nodes = [node("auto"), node("none", pointer="/y"), node({}, "z"), node(True, pointer="/b"), node(1, pointer="/n")]
    assert texts(check("enumeration", nodes, values=["auto", 1])) == [("/y", "none"), ("/b", "true")]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("{}", None),
        (' {"a": [1, 2.5e3, null]}\n', None),
        ("9" * 5000, None),
        ('{"a": ', 6),
        ('{"a": "cut', 6),
        ("ls -la", 0),
        ('{"a": NaN}', 0),
        ("", 0),
        ('{"a": "x\ny"}', 8),
        ("[" * 100_000, 0),
    ],
)
def test_where_json_ends(text: str, at: int | None) -> None:
    assert error_at(text) == at


def test_json() -> None:
    hits = check("json", [node('{"a": '), node({"a": 1}), node("[1]", pointer="/y")])
    assert [(hit.span, hit.text) for hit in hits] == [(("/x", 6, 0), '{"a": ')]
    assert texts(check("json", [node("[1]"), node(' {"a": 1}')], object=True)) == [("/x", "[1]")]


def test_length() -> None:
    nodes = [node("four"), node([1, 2], pointer="/y"), node(12345, pointer="/z")]
    hits = check("length", nodes, max=3)
    assert [(hit.span.pointer, hit.text, hit.fields) for hit in hits] == [("/x", "four", {"length": 4})]
    assert texts(check("length", nodes, min=3)) == [("/y", "2 items")]
    assert check("length", nodes, min=2, max=4) == []


def test_max_tokens() -> None:
    words = "the quick brown fox jumps over the lazy dog"
    (hit,) = check("max-tokens", [node(words), node("fox"), node({}, "z")], max=5)
    assert hit.text == words
    assert hit.fields["tokens"] > 5
    assert check("max-tokens", [node(words)], max=40) == []  # of 43 bytes
    (hit,) = check("max-tokens", [node({"description": words})], max=5)
    assert hit.text == f'{{"description": "{words}"}}'


@pytest.mark.parametrize(
    ("value", "types", "found"),
    [
        ("a", ["string"], []),
        (None, ["string", "null"], []),
        (True, ["integer", "number"], ["boolean"]),
        (3, ["number"], []),
        (3.5, ["integer"], ["number"]),
        ({}, ["list"], ["object"]),
        ([], ["string"], ["list"]),
    ],
)
def test_type(value: Any, types: list[str], found: list[str]) -> None:
    assert [hit.text for hit in check("type", [node(value)], types=types)] == found


def test_what_is_missing_has_no_type() -> None:
    assert check("type", [node({}, "a")], types=["string"]) == []
