from __future__ import annotations

from typing import Any

import jinja2
import pytest

from promptlint.render.llama_cpp_strings import STRING, UnsupportedError


@pytest.mark.parametrize(
    ("name", "text", "args", "result"),
    [
        ("strip", "\u3000 x\n", (), "\u3000 x"),  # ASCII blanks only
        ("strip", "xxaxx", ("x",), "a"),
        ("lstrip", " a ", (), "a "),
        ("rstrip", " a ", (), " a"),
        ("upper", "äb", (), "äB"),
        ("lower", "ÄB", (), "Äb"),
        ("title", "hELLO wORLD", (), "Hello World"),
        ("capitalize", "hELLO", (), "Hello"),
        ("length", "né", (), 3),  # bytes
        ("split", "a b  c", (), ["a", "b", "", "c"]),  # without a separator: every single blank
        ("split", "a,b,c", (",", 1), ["a", "b,c"]),
        ("rsplit", "a,b,c", (",", 1), ["a,b", "c"]),
        ("replace", "aXbX", ("X", "-"), "a-b-"),
        ("format", "<{}:{}>", ("a", 1.0), "<a:1.0>"),
        ("int", "42x", (), 42),
        ("int", "x", (7,), 7),
        ("int", "99999999999", (), 0),
        ("float", "1.5e1x", (), 15.0),
        ("default", "", ("d",), ""),
        ("default", "", ("d", True), "d"),
        ("indent", "a\n\nb", (2,), "a\n\n  b"),
        ("indent", "a", (2, True), "  a"),
        ("startswith", "abc", ("ab",), True),
        ("endswith", "abc", ("ab",), False),
    ],
)
def test_functions_of_text(name: str, text: str, args: tuple[Any, ...], result: Any) -> None:
    assert STRING[name](text, *args) == result


@pytest.mark.parametrize(("name", "args"), [("replace", ("a", "b", 1)), ("join", ()), ("format", ()), ("int", (0, 16))])
def test_what_the_engine_or_this_model_of_it_does_not_do(name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(UnsupportedError):
        STRING[name]("{0}", *args)


def test_format_needs_a_value_for_each_place() -> None:
    with pytest.raises(jinja2.TemplateRuntimeError, match="more arguments"):
        STRING["format"]("{}{}", 1)
