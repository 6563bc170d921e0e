from __future__ import annotations

from typing import Any

import pytest

from promptlint.dialect import chat
from promptlint.lint.rule import Span
from promptlint.lint.texts import Region, Text, content_texts, strings, system_region
from promptlint.selection import request_of_body

PARTS = [{"type": "text", "text": "One."}, {"type": "image_url", "image_url": {"url": "x"}}, "Two."]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Hi.", [Text("/m/content", "Hi.")]),
        (PARTS, [Text("/m/content/0/text", "One."), Text("/m/content/2", "Two.")]),
        (None, []),
        ([], []),
    ],
)
def test_the_texts_of_a_message(content: Any, expected: list[Text]) -> None:
    assert list(content_texts({"role": "user", "content": content}, "/m")) == expected


def test_the_strings_of_a_value() -> None:
    value = {"a/b": "one", "c": [1, "two", {"d": None}], "e": True}
    assert list(strings(value, "/t")) == [Text("/t/a~1b", "one"), Text("/t/c/1", "two")]


REGION = Region((Text("/messages/0/content", "abc"), Text("/messages/1/content", "defg")))


def test_a_region_is_its_texts_with_an_empty_line_between() -> None:
    assert REGION.text == "abc\n\ndefg"
    assert list(REGION.starts()) == [0, 5]


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        (0, 3, Span("/messages/0/content", 0, 3)),
        (1, 2, Span("/messages/0/content", 1, 1)),
        (3, 3, Span("/messages/0/content", 3, 0)),
        (3, 5, Span("/messages/0/content", 3, 0)),
        (4, 6, Span("/messages/1/content", 0, 1)),
        (2, 7, Span("/messages/0/content", 2, 1)),
        (5, 9, Span("/messages/1/content", 0, 4)),
        (9, 9, Span("/messages/1/content", 4, 0)),
    ],
)
def test_a_stretch_of_the_region_is_in_the_text_that_it_begins_in(start: int, end: int, span: Span) -> None:
    assert REGION.span(start, end) == span


def test_an_empty_region_is_the_place_where_it_would_be() -> None:
    assert Region(()).span(0, 0) == Span("/messages")
    assert Region(()).text == ""


def test_the_offset_of_a_character() -> None:
    assert REGION.offset("/messages/1/content", 2) == 7
    assert REGION.offset("/messages/9/content", 2) is None


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [{"role": "system", "content": "A."}, {"role": "developer", "content": "B."}]},
        {"system": [{"type": "text", "text": "A."}, {"type": "text", "text": "B."}], "messages": []},
        {"instructions": "A.", "input": [{"role": "developer", "content": "B."}, {"role": "user", "content": "C."}]},
    ],
)
def test_the_system_region_of_each_api(body: dict[str, Any]) -> None:
    assert system_region(chat(request_of_body(body))).text == "A.\n\nB."


@pytest.mark.parametrize(
    ("one", "other", "touch"),
    [
        (Span("/a", 0, 3), Span("/a", 3, 2), True),
        (Span("/a", 0, 3), Span("/a", 4, 2), False),
        (Span("/a"), Span("/a", 4, 2), True),
        (Span("/a"), Span("/a/b"), True),
        (Span("/a/b"), Span("/a"), True),
        (Span("/a"), Span("/ab"), False),
    ],
)
def test_spans_touch(one: Span, other: Span, touch: bool) -> None:
    assert one.touches(other) is other.touches(one) is touch
