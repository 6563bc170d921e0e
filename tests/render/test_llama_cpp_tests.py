from __future__ import annotations

from typing import Any

import jinja2
import pytest

from promptlint.render.llama_cpp_tests import TESTS


@pytest.mark.parametrize(
    ("name", "args", "result"),
    [
        ("string", ("a",), True),
        ("iterable", ({},), False),  # other than in jinja2
        ("iterable", ([],), True),
        ("sequence", ({},), False),
        ("sequence", (jinja2.Undefined(),), True),
        ("mapping", ({},), True),
        ("number", (True,), False),
        ("number", (1.0,), True),
        ("integer", (1,), True),
        ("float", (1,), False),
        ("boolean", (False,), True),
        ("false", (0,), False),
        ("true", (True,), True),
        ("none", (jinja2.Undefined(),), False),
        ("defined", (None,), True),
        ("undefined", (jinja2.Undefined(),), True),
        ("odd", (3,), True),
        ("even", (3,), False),
        ("divisibleby", (6, 3), True),
        ("lower", ("ab1",), True),
        ("upper", ("aB",), False),
        ("in", ("a", {"a": 1}), True),
        ("in", ("a", jinja2.Undefined()), False),
        ("equalto", (1, 1.0), True),
        ("gt", (1, "a"), False),
        ("ne", (1, 2), True),
    ],
)
def test_tests(name: str, args: tuple[Any, ...], result: bool) -> None:
    assert TESTS[name](*args) is result


@pytest.mark.parametrize(("name", "args"), [("sameas", (1, 1)), ("escaped", ("",)), ("odd", ("x",)), ("filter", ("",))])
def test_tests_that_are_errors(name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(jinja2.TemplateRuntimeError):
        TESTS[name](*args)
