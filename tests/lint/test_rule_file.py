from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import ConfigError
from promptlint.lint.rule import Case, Then
from promptlint.lint.rule_file import bundled_rules, read
from tests.lint import rules


def test_a_rule_as_it_is_written(tmp_path: Path) -> None:
    path = rules.write(tmp_path, references=["acme/agent#12", "https://example.com/report"], since="0.2.0")
    rule = read(path, "folder")
    assert (rule.code, rule.name, rule.severity, rule.scopes) == ("KV901", "no-shipping", "warning", ("request",))
    assert rule.given == ("#user-text",)
    options = {"match": None, "not-match": "(?i)ship it", "ignore-case": False}
    assert rule.then == (Then("pattern", {"not-match": "(?i)ship it"}, None),)
    assert rule.then[0].options == options
    assert rule.hint == "Ask the shipping agent."
    assert rule.url == "https://github.com/acme/agent/issues/12"
    valid, invalid = rule.cases
    assert valid == Case(
        "another word", True, {"request": {"system": "Be short.", "user": "Shipment 4 is here."}}, (), valid.where
    )
    assert invalid.found == ({"text": "Ship it"},)
    assert invalid.where.startswith(f"{path}:")


CASES = rules.RULE["cases"]


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        ({"sevrity": "error"}, "unknown key 'sevrity' in a rule", "did you mean 'severity'?"),
        ({"severity": "fatal"}, "severity cannot be 'fatal'", "one of error, warning, info"),
        ({"severity": "eror"}, "severity cannot be 'eror'", "did you mean 'error'?"),
        ({"scope": "requests"}, "scope cannot be 'requests'", "did you mean 'request'?"),
        ({"status": "done"}, "status cannot be 'done'", None),
        ({"code": "901"}, "'901' is no rule code", "letters and a number, as in KV901"),
        ({"name": "No Shipping"}, "'No Shipping' is no rule name", "lower case words with hyphens between them"),
        ({"why": None}, "a rule needs why", None),
        ({"message": "says {text.__class__}"}, "a message holds plain fields only", None),
        ({"given": "#user-txt"}, "given cannot be '#user-txt'", "did you mean '#user-text'?"),
        ({"given": "messages[0]"}, "given 'messages[0]': ", "an RFC 9535 path"),
        ({"given": "$..a..b"}, "given '$..a..b': more than one '..'", None),
        ({"given": "$.messages[?search(@.content, 'x')]"}, "search\\(\\) are not for paths", None),
        ({"then": {"function": "patern"}}, "no function named 'patern'", "did you mean 'pattern'?"),
        ({"then": {"function": "pattern", "option": {}}}, "unknown key then.option", "did you mean 'options'?"),
        (
            {"then": {"function": "pattern", "options": {"not_match": "x"}}},
            "pattern: unknown option 'not_match'",
            "did you mean 'not-match'?",
        ),
        ({"then": {"function": "pattern", "options": {"not-match": 3}}}, "option not-match must be a text", None),
        ({"then": {"function": "pattern", "options": {"not-match": "("}}}, "not a regular expression", None),
        ({"then": {"function": "pattern"}}, "pattern takes either match or not-match", None),
        ({"options": {"limit": {"type": "int"}}}, "options.limit: needs a type", None),
        ({"then": {"function": []}}, "no function named", None),
        ({"then": ["pattern"]}, "then must be a mapping with a function", None),
        ({"then": {"function": "pattern", "options": ["(?i)ship"]}}, "options of pattern must be a mapping", None),
        (
            {"cases": {**CASES, "valid": [{"name": "x", "before": {"system": "Be short."}}]}},
            "the valid case 'x' gives nothing to look at",
            "request, before and after, requests, or file",
        ),
        ({"then": {**rules.RULE["then"], "field": {}}}, "then.field must be the name of a member", None),
        ({"options": {"limit": {"type": ["integer"]}}}, "options.limit: needs a type", None),
        ({"options": {"limit": {"type": "text", "choices": 5}}}, "choices must be a list of texts", None),
        ({"options": {"limit": {"type": "text", "choices": [1]}}}, "choices must be a list of texts", None),
        ({"options": {"limit": {"type": "any", "minimum": 1}}}, "minimum must be a number", None),
        ({"options": {"limit": {"type": "integer", "minimum": "a"}}}, "minimum must be a number", None),
        ({"cases": {**CASES, "valid": [{"name": "x", "options": 5}]}}, "options of a case must be a mapping", None),
        ({"cases": {**CASES, "valid": [{"name": "x", "requests": None}]}}, "requests of a case must be a list", None),
        (
            {"cases": {**CASES, "invalid": [{"name": "x", "request": rules.BODY, "found": [{"message": 5}]}]}},
            "message of a case must be a text",
            None,
        ),
        ({"options": {"limit": {"type": "integer", "default": "x"}}}, "its default must be a whole number", None),
        ({"cases": {"valid": CASES["valid"]}}, "no-shipping has no valid or no invalid case", None),
        ({"cases": {"invalid": CASES["invalid"]}}, "no-shipping has no valid or no invalid case", None),
        ({"cases": None}, "no-shipping has no valid or no invalid case", None),
        ({"cases": {**CASES, "invald": []}}, "cases cannot be 'invald'", "did you mean 'invalid'?"),
        (
            {"cases": {**CASES, "invalid": [{"name": "x", "request": rules.BODY}]}},
            "the invalid case 'x' needs found",
            None,
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, changes: dict[str, Any], message: str, hint: str | None
) -> None:
    path = rules.write(tmp_path, **changes)
    with pytest.raises(ConfigError) as caught:
        read(path, "folder")
    assert caught.match(message.replace("[0]", r"\[0\]").replace("$..", r"\$\.\."))
    assert (caught.value.where or "").startswith(str(path))
    if hint is not None:
        assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("references", "url"),
    [
        (["own/rules#34"], "https://github.com/own/rules/issues/34"),
        (["a talk with Ada", "own/rules#next", "rules#34", "https://example.org/34"], "https://example.org/34"),
        (["a talk with Ada"], None),
        ([], None),
    ],
)
def test_the_page_of_a_rule_is_its_first_public_report(tmp_path: Path, references: list[str], url: str | None) -> None:
    assert read(rules.write(tmp_path, references=references), "folder").url == url


def test_the_line_is_that_of_the_slip(tmp_path: Path) -> None:
    path = rules.write(tmp_path, sevrity="error")
    number = path.read_text(encoding="utf-8").splitlines().index("sevrity: error") + 1
    with pytest.raises(ConfigError) as caught:
        read(path, "folder")
    assert caught.value.where == f"{path}:{number}"
    assert caught.value.exit_code == 2


def test_broken_yaml(tmp_path: Path) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text("code: KV901\n  name: x\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="not valid YAML") as caught:
        read(path, "folder")
    assert caught.value.where == f"{path}:2:7"


def test_an_alias_bomb_is_no_rule(tmp_path: Path) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text("code: &a [x, x]\nname: [*a, *a]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="aliases"):
        read(path, "folder")


@pytest.mark.parametrize("noted", ["2027-03-01", "{1: one}"], ids=["a date", "a number as a key"])
def test_what_json_does_not_know_of_our_own_rules_is_parsed_each_time(tmp_path: Path, noted: str) -> None:
    path = rules.write(tmp_path)
    path.write_text(f"noted: {noted}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    cache = tmp_path / "cache"
    first, second = (bundled_rules([path], with_cases=False, cache=cache) for _ in range(2))
    assert first == second == bundled_rules([path], with_cases=False)
    assert not list(cache.glob("*.rules"))
