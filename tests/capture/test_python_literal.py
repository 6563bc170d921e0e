from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.capture.python_literal import LiteralError, LiteralReader

DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(DATA)
def test_what_python_prints_is_read_back(data: object) -> None:
    text = repr(data)
    assert LiteralReader(text).value(0) == (data, len(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(1, 'a',)", [1, "a"]),
        (r"'\x41\u00e9\U0001f600\101\'\d'", "Aé😀A'\\d"),
        ("{ 'a' : 1 }", {"a": 1}),
        ("Message(role='user', content=None, calls=[Call(id=1)])", {"role": "user", "calls": [{"id": 1}]}),
    ],
)
def test_other_spellings(text: str, value: object) -> None:
    assert LiteralReader(text).value(0)[0] == value


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("{'a': <Foo object at 0x7f>}", "a value that JSON has no place for", 6),
        ("{'a': b'x'}", "a value that JSON has no place for", 6),
        ("{'t': datetime.datetime(2026, 1, 1)}", "a value that JSON has no place for", 6),
        ("{'t': date(2026, 1, 1)}", "a value that JSON has no place for", 11),
        ("{'a': inf}", "a value that JSON has no place for", 6),
        ("[1e999]", "a number that JSON has no place for", 1),
        ("{1: 2}", "a key that is no text", 2),
        ("{'a' 1}", "no ':' where one belongs", 5),
        ("{'a': 'b", "a string is cut off", 6),
        ("{'a': [1, 2", "the value is cut off", 11),
        ("{'a':", "the value is cut off", 5),
        ("[" * 300, "nested more than 200 levels deep", 201),
        ("9" * 1001, "a value that JSON has no place for", 0),
        ("__import__('os').system('x')", "a value that JSON has no place for", 11),
    ],
)
def test_what_is_no_data_is_refused_with_its_place(text: str, message: str, offset: int) -> None:
    with pytest.raises(LiteralError, match="^" + message.replace("[", r"\[") + "$") as caught:
        LiteralReader(text).value(0)
    assert caught.value.offset == offset


def test_values_are_counted_over_all_reads() -> None:
    reader = LiteralReader("[1, 2]", values_left=4)
    reader.value(0)
    with pytest.raises(LiteralError, match="too many values"):
        reader.value(0)


def test_a_long_string_without_an_end_takes_no_time() -> None:
    text = "'" + "\\'" * 1_000_000
    started = time.process_time()
    with pytest.raises(LiteralError, match="cut off"):
        LiteralReader(text).value(0)
    assert time.process_time() - started < 2
