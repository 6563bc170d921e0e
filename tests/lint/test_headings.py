"""The first lines of all rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.errors import ConfigError
from promptlint.lint import catalogue
from promptlint.lint.headings import headings, whole
from tests.lint import rules


def test_the_first_lines_of_our_own_rules_say_what_the_whole_files_say() -> None:
    known = catalogue.load(with_cases=True).values()
    found = headings()
    assert [one[:6] for one in found] == [
        (rule.code, rule.name, rule.summary, rule.severity, rule.path, rule.source) for rule in known
    ]
    assert [[case.name for case in whole(one).cases] for one in found] == [
        [case.name for case in rule.cases] for rule in known
    ]


def test_rules_of_a_folder_stand_among_them(tmp_path: Path) -> None:
    path = rules.write(tmp_path)
    found = {one.code: one for one in headings([str(tmp_path)])}
    assert found["KV901"][:6] == (
        "KV901",
        "no-shipping",
        str(rules.RULE["summary"]),
        "warning",
        str(path),
        "folder",
    )
    assert whole(found["KV901"]).cases
    assert whole(found["KV101"]).cases
    assert headings() == [one._replace(rule=None) for one in found.values() if one.source == "bundled"]


def test_a_rule_of_a_folder_must_have_a_code_of_its_own(tmp_path: Path) -> None:
    rules.write(tmp_path, code="KV101")
    with pytest.raises(ConfigError, match="the code KV101 is used twice"):
        headings([str(tmp_path)])
