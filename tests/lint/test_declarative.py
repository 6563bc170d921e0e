"""Rules without code: what their functions are given, and which function can look at what."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import ConfigError
from promptlint.lint import rule_file
from promptlint.lint.declarative import declarative_check
from promptlint.lint.rule import Check
from tests.lint import contexts, rules

BODY: dict[str, Any] = {"model": "example", "messages": [{"role": "user", "content": "Ship it now."}]}
NONE: Mapping[str, Any] = {}
LATER: dict[str, Any] = {"model": "example", "messages": [{"role": "user", "content": "Send it now."}]}


def check_of(folder: Path, **changes: Any) -> Check:
    return declarative_check(rule_file.read(rules.write(folder, **changes), "folder"))


def found(check: Check, body: dict[str, Any] = BODY, options: Mapping[str, Any] = NONE) -> list[tuple[str, str]]:
    with contexts.model() as opened:
        return [(hit.span.pointer, hit.text) for hit in check(contexts.request(body, opened), options)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"given": None}, "no-shipping has a then but no given"),
        ({"scope": "session"}, "no-shipping is declarative: its scope is request or pair"),
        ({"scope": ["request", "pair"]}, "no-shipping: pattern does not look at a pair"),
        ({"then": {"function": "unchanged"}}, "no-shipping: unchanged does not look at a request"),
    ],
    ids=["nothing given", "a session", "a pair too", "a request"],
)
def test_what_a_rule_without_code_cannot_look_at(changes: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        check_of(tmp_path, **changes)
    assert caught.value.where == str(tmp_path / "no-shipping.yaml")


def test_options_of_the_config_go_over_those_of_the_rule(tmp_path: Path) -> None:
    check = check_of(tmp_path)
    place = "/messages/0/content"
    assert found(check) == [(place, "Ship it")]
    assert found(check, options={"not-match": "now"}) == [(place, "now")]
    assert found(check, options={"not-match": None, "another": "now"}) == [(place, "Ship it")]


def test_each_function_looks_at_everything_given(tmp_path: Path) -> None:
    functions = [{"function": "pattern", "options": {"not-match": word}} for word in ("now", "Ship")]
    check = check_of(tmp_path, given=["$.messages[0].content", "$.model"], then=functions)
    assert found(check, {**BODY, "model": "Shipper"}) == [
        ("/messages/0/content", "now"),
        ("/messages/0/content", "Ship"),
        ("/model", "Ship"),
    ]


def test_a_field_is_looked_for_in_objects_only(tmp_path: Path) -> None:
    then = {"field": "content", "function": "pattern", "options": {"not-match": "Ship"}}
    check = check_of(tmp_path, given=["$.messages[*]", "$.model"], then=then)
    assert found(check, {**BODY, "model": "Shipper"}) == [("/messages/0/content", "Ship")]


def test_a_pair_is_compared_place_by_place(tmp_path: Path) -> None:
    check = check_of(tmp_path, scope="pair", then={"function": "unchanged"})
    with contexts.model() as opened:
        _, (pair,) = contexts.session(opened, BODY, LATER)
        (hit,) = check(pair, {})
    assert (hit.span.pointer, hit.text) == ("/messages/0/content", "Send")
    assert hit.related is not None
    assert (hit.related.offset, hit.related.length) == (0, 4)
