from __future__ import annotations

import math
from typing import Any

import jinja2
import pytest

from promptlint.render.llama_cpp_operators import binary, iterated, joined

UNDEFINED = jinja2.Undefined()


@pytest.mark.parametrize(
    ("left", "operator", "right", "result"),
    [
        ("a", "+", None, "a"),
        (UNDEFINED, "+", "b", "b"),
        ("a", "+", 2.0, "a2.0"),
        ([1], "+", [2], [1, 2]),
        (1, "+", 2, 3),
        (3, "-", 1.5, 1.5),
        (3, "/", 2, 1.5),
        (-7, "%", 3, -1),  # as in C
        ("ab", "*", 2, "abab"),
        (2, "*", "ab", "abab"),
        (2, "*", 3, 6),
    ],
)
def test_operators(left: Any, operator: str, right: Any, result: Any) -> None:
    assert binary(operator, left, right) == result


def test_division_by_zero_is_no_error() -> None:
    assert binary("/", 1, 0) == math.inf
    assert binary("/", -1, 0) == -math.inf
    assert math.isnan(binary("%", 1, 0))
    assert math.isnan(binary("/", 0, 0))


@pytest.mark.parametrize(
    ("left", "operator", "right"), [(None, "+", None), (None, "-", 1), ({}, "+", {}), (True, "+", 1), ("%s", "%", "a")]
)
def test_refused_operands(left: Any, operator: str, right: Any) -> None:
    with pytest.raises(jinja2.TemplateError):
        binary(operator, left, right)


def test_joining_needs_text() -> None:
    assert joined("a", 1) == "a1"
    assert joined(None, "a") == "a"
    with pytest.raises(jinja2.TemplateRuntimeError, match='"~" between Integer and Integer'):
        joined(1, 2)


def test_loops_run_over_lists_and_objects() -> None:
    assert iterated({"a": 1}, pairs=True) == [("a", 1)]
    assert iterated({"a": 1}, pairs=False) == ["a"]
    assert iterated(UNDEFINED, pairs=False) == []
    assert iterated([1], pairs=False) == [1]
    for value in ("text", None, 1):
        with pytest.raises(jinja2.TemplateRuntimeError, match="Expected iterable"):
            iterated(value, pairs=False)
