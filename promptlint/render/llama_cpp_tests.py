"""The tests (`is string`, `is defined` …) of llama.cpp's Jinja engine. Source: common/jinja/value.cpp, read."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import jinja2
import jinja2.utils

from promptlint.render.usage import note

Test = Callable[..., bool]


def _integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _float(value: Any) -> bool:
    return isinstance(value, float)


def _sequence(value: Any) -> bool:
    return isinstance(value, (str, list, tuple, jinja2.Undefined))


def _mapping(value: Any) -> bool:
    return isinstance(value, (Mapping, jinja2.utils.Namespace))


def _whole(value: Any) -> int:
    if not _integer(value):
        raise jinja2.TemplateRuntimeError("expected an Integer")
    number: int = value
    return number


def _contained(needle: Any, haystack: Any) -> bool:
    if isinstance(haystack, jinja2.Undefined):
        return False
    return bool(needle in haystack)


def _compared(compare: Callable[[Any, Any], bool]) -> Test:
    def test(left: Any, right: Any) -> bool:
        try:
            return bool(compare(left, right))
        except TypeError:
            return False

    return test


def _refused(name: str) -> Test:
    def test(*_args: Any) -> bool:
        raise jinja2.TemplateRuntimeError(f"NotImplemented: {name} test not implemented")

    return test


def _noted(name: str, test: Test) -> Test:
    def noting(value: Any, *args: Any) -> bool:
        note(value, f"test_is_{name}")
        return test(value, *args)

    return noting


def _tests() -> dict[str, Test]:
    tests: dict[str, Test] = {
        "boolean": lambda value: isinstance(value, bool),
        "callable": callable,
        "odd": lambda value: _whole(value) % 2 == 1,
        "even": lambda value: _whole(value) % 2 == 0,
        "false": lambda value: value is False,
        "true": lambda value: value is True,
        "divisibleby": lambda value, by: _whole(value) % _whole(by) == 0,
        "string": lambda value: isinstance(value, str),
        "integer": _integer,
        "float": _float,
        "number": lambda value: _integer(value) or _float(value),
        "iterable": _sequence,
        "sequence": _sequence,
        "mapping": _mapping,
        "lower": lambda value: not any("A" <= char <= "Z" for char in value),
        "upper": lambda value: not any("a" <= char <= "z" for char in value),
        "none": lambda value: value is None,
        "defined": lambda value: not isinstance(value, jinja2.Undefined),
        "undefined": lambda value: isinstance(value, jinja2.Undefined),
        "in": _contained,
    }
    comparisons = {"eq": operator.eq, "equalto": operator.eq, "ge": operator.ge, "gt": operator.gt, "ne": operator.ne}
    comparisons |= {"greaterthan": operator.gt, "lt": operator.lt, "lessthan": operator.lt}
    tests |= {name: _compared(compare) for name, compare in comparisons.items()}
    tests |= {name: _refused(name) for name in ("sameas", "escaped", "filter")}
    return {name: _noted(name, test) for name, test in tests.items()}


TESTS = _tests()
