from __future__ import annotations

from typing import Any

import pytest

from promptlint.errors import ConfigError
from promptlint.lint.selection import ignored_in_file, selected, severity_of
from promptlint.options import Ignore, LintOptions

RULES = (
    ("KV101", "clock-in-system-prompt"),
    ("KV102", "date-in-system-prompt"),
    ("KV301", "unsorted-tools"),
    ("KV901", "our-own"),
)
TYPED = {("select", "KV102"): "--select", ("ignore", "KV1"): "--ignore"}


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ({}, "KV101 KV102 KV301 KV901"),
        ({"select": ()}, ""),
        ({"select": ("KV1",)}, "KV101 KV102"),
        ({"select": ("unsorted-tools", "KV102")}, "KV102 KV301"),
        ({"ignore": ("KV1",)}, "KV301 KV901"),
        ({"ignore": ("our-own", "KV3")}, "KV101 KV102"),
        ({"select": ("KV102",), "ignore": ("KV1",)}, "KV102"),
        ({"select": ("KV1",), "ignore": ("KV",)}, "KV101 KV102"),
        ({"ignore": ("KV1",), "extend_select": ("clock-in-system-prompt",)}, "KV101 KV301 KV901"),
        ({"select": ("KV3",), "extend_select": ("KV1",), "ignore": ("KV10",)}, "KV301"),
        ({"select": ("KV1",), "ignore": ("KV1",)}, ""),
        ({"select": ("KV102",), "ignore": ("date-in-system-prompt",)}, ""),
        ({"select": ("KV102",), "ignore": ("KV102",), "selector_origins": TYPED}, "KV102"),
        ({"select": ("KV1",), "ignore": ("KV1",), "selector_origins": TYPED}, ""),
    ],
)
def test_the_most_specific_selector_decides(options: dict[str, Any], codes: str) -> None:
    assert sorted(selected(RULES, LintOptions(**options))) == codes.split()


def test_the_default_selects_whatever_there_is() -> None:
    assert selected((), LintOptions()) == frozenset()
    assert selected((("ACME1", "x"),), LintOptions()) == {"ACME1"}
    assert selected((("ACME1", "x"),), LintOptions(select=("ALL",), ignore=("ACME",))) == frozenset()


ENTRY = Ignore(("KV7",), (), None, "reason", None, "promptlint.yaml:30")


@pytest.mark.parametrize(
    ("options", "message", "where", "hint"),
    [
        ({"select": ("KV8",)}, "select names no rule: 'KV8'", "promptlint.yaml:8", None),
        ({"extend_select": ("KV1011",)}, "extend-select names no rule: 'KV1011'", None, "did you mean 'KV101'?"),
        (
            {"ignore": ("KV1", "clock-in-sytem-prompt")},
            "ignore names no rule: 'clock-in-sytem-prompt'",
            None,
            "did you mean 'clock-in-system-prompt'?",
        ),
        ({"ignore": ("kv101",)}, "ignore names no rule: 'kv101'", None, "did you mean 'KV101'?"),
        ({"ignore": ("",)}, "ignore names no rule: ''", None, "promptlint rule lists all codes and names"),
        (
            {"severity": {"zzz": "info"}},
            "severity names no rule: 'zzz'",
            None,
            "promptlint rule lists all codes and names",
        ),
        ({"per_file_ignores": {"a": ("KV9", "clock")}}, "per-file-ignores names no rule: 'clock'", None, None),
        ({"ignores": (ENTRY,)}, "ignores names no rule: 'KV7'", "promptlint.yaml:30", None),
    ],
)
def test_a_selector_without_a_rule(options: dict[str, Any], message: str, where: str | None, hint: str | None) -> None:
    origins = {("select", "KV8"): "promptlint.yaml:8"}
    with pytest.raises(ConfigError) as caught:
        selected(RULES, LintOptions(**options, selector_origins=origins))
    assert str(caught.value) == message
    assert caught.value.where == where
    assert hint in (None, caught.value.hint)


def test_severity() -> None:
    options = LintOptions(severity={"KV102": "error", "KV1": "info", "KV": "warning", "unsorted-tools": "info"})
    found = {code: severity_of(code, name, options) for code, name in RULES}
    assert found == {"KV101": "info", "KV102": "error", "KV301": "info", "KV901": "warning"}
    assert severity_of("KV101", "clock-in-system-prompt", LintOptions()) is None


def test_per_file_ignores() -> None:
    options = LintOptions(per_file_ignores={"tests/legacy/**": ("KV1", "our-own"), "*.har": ("unsorted-tools",)})
    found = [
        (path, code)
        for path in ("tests/legacy/a/b.json", "tests/a.json", "a.har", "sub/a.har")
        for code, name in RULES
        if ignored_in_file(code, name, path, options)
    ]
    assert found == [
        ("tests/legacy/a/b.json", "KV101"),
        ("tests/legacy/a/b.json", "KV102"),
        ("tests/legacy/a/b.json", "KV901"),
        ("a.har", "KV301"),
    ]
