from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.capture.json_text import DEEPEST, JsonError, parse, shown

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(VALUES)
def test_reads_what_json_wrote(value: Any) -> None:
    text = json.dumps(value)
    assert json.dumps(parse(text)) == text


@given(st.text('{}[]",:\\u0123 \n', max_size=30))
def test_refuses_what_json_refuses(text: str) -> None:
    try:
        expected = json.loads(text, object_pairs_hook=list)
    except ValueError:
        with pytest.raises(JsonError) as caught:
            parse(text)
        assert 0 <= caught.value.offset <= len(text)
    else:
        assert (expected is None) == (text.strip() == "null")


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_the_deepest_that_is_read(opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    parse(opening * (DEEPEST - 1) + "[]" + closing * (DEEPEST - 1))
    for depth in (DEEPEST, 5000):
        with pytest.raises(JsonError, match="levels deep") as caught:
            parse(opening * depth + "[]" + closing * depth)
        assert caught.value.offset == DEEPEST * len(opening)


def test_brackets_quotes_and_constants_in_strings_are_no_structure() -> None:
    with pytest.raises(JsonError) as caught:
        parse('{"a": "[[NaN, \\"NaN", "b": [{"a": NaN}]}')
    assert caught.value.offset == 34


def test_shown_text_is_short_and_harmless() -> None:
    assert shown("\x1b[31m\n") == '"\\u001b[31m\\n"'
    assert len(shown("x" * 1000)) < 80
