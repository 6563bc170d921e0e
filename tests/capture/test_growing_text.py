"""A text that begins as an earlier one did is parsed to the same as alone, and its beginning is not parsed again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.capture import growing_text, json_text
from promptlint.capture.growing_text import GrowingTexts
from promptlint.capture.json_text import JsonError
from promptlint.capture.sharing import Sharing

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda one: st.lists(one) | st.dictionaries(st.text(max_size=3), one), max_leaves=8)
MESSAGES = st.lists(st.dictionaries(st.sampled_from(["role", "content", "n"]), VALUES), max_size=6)
GOOD = json.dumps({"messages": [{"role": "user", "n": 1}, {"a": 2, "b": "two"}]})
MANY = [list(range(100))]  # too large for `Sharing` to know it again


@pytest.fixture(autouse=True, scope="module")
def every_text_is_large() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(growing_text, "_LARGE", 0)
        patch.setattr(growing_text, "_HEAD", 2)
        yield


def result(parse: Callable[[str], Any], text: str) -> str:
    try:
        return json.dumps(parse(text))
    except JsonError as error:
        return f"{error} at {error.offset}"


@settings(deadline=None)
@given(messages=MESSAGES, cuts=st.lists(st.integers(0, 6), min_size=1, max_size=5), more=VALUES, indent=st.booleans())
def test_each_text_is_parsed_as_if_it_were_alone(messages: Any, cuts: list[int], more: Any, indent: bool) -> None:
    texts = GrowingTexts(Sharing())
    for cut in cuts:
        one = {"messages": messages[:cut], "more": more, "in": {"a": messages}}
        text = json.dumps(one, indent=1 if indent else None)
        assert result(texts.parse, text) == result(json_text.parse, text)


CHANGES = {
    "cut": GOOD[:-1],
    "comma": GOOD[:-2] + ", ]}",
    "twice": GOOD.replace('"b"', '"a"'),
    "NaN": GOOD.replace("2", "NaN"),
    "behind": GOOD + "x",
    "blank": GOOD + " ",
    "colon": GOOD.replace(":", "", 1),
    "list": "[" + GOOD + "]",
    "deep": GOOD.replace('"two"', "[" * 300 + "]" * 300),
    "empty": "",
    "number": GOOD.replace("1", "1.5"),
    "key": "{1: 2}",
    "nothing": "{}",
}


@pytest.mark.parametrize("text", CHANGES.values(), ids=CHANGES)
def test_a_fault_is_told_as_it_is_of_a_text_alone(text: str) -> None:
    texts = GrowingTexts(Sharing())
    texts.parse(GOOD)
    assert result(texts.parse, text) == result(json_text.parse, text)


def test_what_two_texts_begin_with_is_one_object() -> None:
    texts = GrowingTexts(Sharing())
    messages = [{"content": {"part": MANY[0]}} for _ in range(3)]
    first, second = (texts.parse(json.dumps({"messages": [*messages[:count], {"n": count}]})) for count in (2, 3))
    assert all(old is new for old, new in zip(first["messages"][:2], second["messages"][:2], strict=True))
    assert first["messages"][2] != second["messages"][2]


def test_two_sessions_in_one_file_are_both_remembered() -> None:
    texts = GrowingTexts(Sharing())
    one, two = (json.dumps({"messages": [{"content": MANY}], "of": name}) for name in ("first", "second"))
    found = [texts.parse(text) for text in (one, " " + two, one)]
    assert found[0]["messages"][0] is found[2]["messages"][0]
