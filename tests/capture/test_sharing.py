from __future__ import annotations

import json
from typing import Any

import pytest

from promptlint.capture import json_text
from promptlint.capture.json_text import JsonError
from promptlint.capture.sharing import Sharing

LONG = "a text that is long enough to be worth knowing, and comes again"


def twice(first: str, second: str | None = None) -> tuple[Any, Any]:
    """Two JSON texts, read one after the other."""
    sharing = Sharing()
    return json_text.parse(first, sharing), json_text.parse(second or first, sharing)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"role": "user", "content": "hi"}',
        '{"a": {"b": {"c": [1, "x", [{"d": null}]]}}, "e": [[], [[]]]}',
        '{"a": 1.50, "b": -0.0, "c": true, "d": null, "e": 12345678901234567890}',
    ],
)
def test_equal_objects_are_one(text: str) -> None:
    first, second = twice(text)
    assert first is second
    assert first == json.loads(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "true"),
        ("0", "false"),
        ("1", "1.0"),
        ("0.0", "-0.0"),
        ("1.0", "true"),
        ("null", "false"),
        ('"1"', "1"),
        ("[]", "{}"),
        ("[1]", "[true]"),
        ("[0.0]", "[-0.0]"),
        ("[[1]]", "[1]"),
        ('["x"]', '"x"'),
        ('[["a"], "b"]', '[["a", "b"]]'),
        ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}'),
        ('{"a": 1}', '{"b": 1}'),
        ('{"a": {}}', '{"a": []}'),
        ('{"a": [{"b": 1}]}', '{"a": [{"b": 1.0}]}'),
    ],
)
@pytest.mark.parametrize("shape", ['{{"x": {}}}', '{{"x": [{}]}}', '{{"x": {{"y": {}, "z": "w"}}}}'])
def test_what_json_tells_apart_stays_apart(one: str, other: str, shape: str) -> None:
    first, second = twice(shape.format(one), shape.format(other))
    assert first is not second
    assert (json.dumps(first), json.dumps(second)) == (shape.format(one), shape.format(other))


def test_names_and_texts_are_not_mixed_up() -> None:
    first, second = twice('{"a": "b", "c": "d"}', '{"a": "c", "b": "d"}')
    assert (first, second) == ({"a": "b", "c": "d"}, {"a": "c", "b": "d"})


def test_long_texts_of_different_objects_are_one() -> None:
    first, second = twice(json.dumps({"n": 1, "text": LONG}), json.dumps({"n": 2, "text": LONG}))
    assert first["text"] is second["text"]


@pytest.mark.parametrize("many", [{"list": [0] * 65}, dict.fromkeys(map(str, range(65))), {"deep": [[0] * 65]}])
def test_what_is_large_is_read_anew_and_what_is_inside_is_shared(many: Any) -> None:
    first, second = twice(json.dumps({"inner": {"content": LONG}, **many}))
    assert first == second == {"inner": {"content": LONG}, **many}
    assert first is not second
    assert first["inner"] is second["inner"]


def test_a_line_that_breaks_off_leaves_nothing_wrong_behind() -> None:
    sharing = Sharing()
    with pytest.raises(JsonError):
        json_text.parse('{"a": {"b": [1, {"c": "d"}]}, "e"', sharing)
    for _ in range(3):
        assert json_text.parse('{"f": {"b": [2, {"c": "d"}]}}', sharing) == {"f": {"b": [2, {"c": "d"}]}}


def test_lists_without_end_are_refused() -> None:
    with pytest.raises(JsonError, match="nested more than"):
        json_text.parse('{"a": ' + "[" * 3000 + "]" * 3000 + "}", Sharing())
