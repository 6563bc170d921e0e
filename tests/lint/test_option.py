from __future__ import annotations

from typing import Any

import pytest

from promptlint.lint.option import option_of, wrong_option
from promptlint.lint.rule import Option


def test_an_option_as_a_rule_file_declares_it() -> None:
    declared = {"type": "integer", "default": 200, "minimum": 0, "about": "tokens"}
    assert option_of(declared) == Option("integer", 200, minimum=0, about="tokens")
    assert option_of({"type": "text", "choices": ["a", "b"]}) == Option("text", None, ("a", "b"))


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("integer", "needs a type"),
        ({}, "needs a type"),
        ({"type": "int"}, "needs a type: one of integer"),
        ({"type": "integer", "defualt": 3}, "unknown key 'defualt'"),
        ({"type": "integer", "default": -1, "minimum": 0}, "its default must be at least 0"),
        ({"type": "text", "default": "c", "choices": ["a", "b"]}, "its default must be one of a, b"),
    ],
)
def test_declarations_that_are_wrong(declared: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        option_of(declared)


KNOWN = {
    "limit": Option("integer", 3, minimum=1),
    "share": Option("number"),
    "strict": Option("boolean"),
    "order": Option("text", choices=("sorted", "stable")),
    "names": Option("texts"),
    "by": Option("mapping"),
    "free": Option("any"),
}


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("limit", 1, None),
        ("limit", 0, ("option limit must be at least 1", None)),
        ("limit", True, ("option limit must be a whole number", None)),
        ("limit", 1.5, ("option limit must be a whole number", None)),
        ("share", 1.5, None),
        ("share", "x", ("option share must be a number", None)),
        ("strict", False, None),
        ("strict", 0, ("option strict must be true or false", None)),
        ("order", "stable", None),
        ("order", "random", ("option order must be one of sorted, stable", None)),
        ("names", ["a"], None),
        ("names", "a", ("option names must be a list of texts", None)),
        ("names", [1], ("option names must be a list of texts", None)),
        ("by", {}, None),
        ("by", [], ("option by must be a mapping", None)),
        ("free", None, None),
        ("limt", 1, ("unknown option 'limt'", "did you mean 'limit'?")),
        ("zzz", 1, ("unknown option 'zzz'", "one of limit, share, strict, order, names, by, free")),
    ],
)
def test_what_somebody_sets(name: str, value: Any, problem: tuple[str, str | None] | None) -> None:
    assert wrong_option(KNOWN, name, value) == problem


def test_a_rule_without_options() -> None:
    assert wrong_option({}, "x", 1) == ("unknown option 'x'", "it has none")
