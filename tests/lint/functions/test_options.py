from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import ConfigError
from promptlint.lint.functions import FUNCTIONS, function
from tests.lint.functions.run import read

OURS = [
    "defined",
    "enumeration",
    "json",
    "keys",
    "length",
    "max-tokens",
    "pattern",
    "sorted",
    "type",
    "unchanged",
    "undefined",
]


@pytest.mark.parametrize("name", OURS)
def test_a_function_offers_what_a_rule_needs(name: str) -> None:
    module = function(name)
    assert name in FUNCTIONS
    assert all(option.about for option in module.OPTIONS.values())
    assert hasattr(module, "check") or hasattr(module, "compare")


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("defined", {"value": 1}, "unknown option 'value'"),
        ("enumeration", {}, "needs the option values"),
        ("enumeration", {"values": []}, "at least one value"),
        ("enumeration", {"values": "a"}, "must be a list"),
        ("json", {"object": "yes"}, "must be true or false"),
        ("json", {"objekt": True}, "unknown option 'objekt'"),
        ("keys", {}, "needs the option allowed"),
        ("keys", {"allowed": "role"}, "must be a list of texts"),
        ("length", {}, "min, max or both"),
        ("length", {"min": 4, "max": 3}, "min 4 is more than max 3"),
        ("length", {"min": -1}, "must be at least 0"),
        ("length", {"max": True}, "must be a whole number"),
        ("max-tokens", {}, "needs the option max"),
        ("max-tokens", {"max": "10"}, "must be a whole number"),
        ("pattern", {}, "either match or not-match"),
        ("pattern", {"match": "a", "not_match": "b"}, "either match or not-match"),
        ("pattern", {"match": "(a"}, "not a regular expression"),
        ("pattern", {"match": "a" * 2001}, "more than 2000 characters"),
        ("sorted", {"by": 3}, "must be a text"),
        ("type", {"types": []}, "names none"),
        ("type", {"types": ["string", "array"]}, "no type 'array'"),
        ("unchanged", {"value": 1}, "unknown option 'value'"),
    ],
)
def test_wrong_options_are_refused_with_their_place(
    tmp_path: Path, name: str, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        read(tmp_path, name, **given)
    assert str(caught.value.where).startswith(f"{tmp_path / 'no-shipping.yaml'}:")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("enumeration", {"values": ["auto"]}),
        ("length", {"min": 0}),
        ("type", {"types": ["null", "list"]}),
        ("sorted", {"by": "function.name"}),
        ("json", {}),
    ],
)
def test_right_options(tmp_path: Path, name: str, given: dict[str, Any]) -> None:
    read(tmp_path, name, **given)
