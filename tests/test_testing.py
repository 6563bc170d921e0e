"""The cases of rule files, for pytest and for the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.errors import ConfigError, UsageError
from promptlint.lint import rule_folders
from promptlint.testing import RuleCase, rule_cases, run_rule_cases
from tests import commands
from tests.lint import rules

CASES = rule_cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bundled_rule(case: RuleCase) -> None:
    case.check()


def wrong(folder: Path) -> Path:
    """A rule that finds too much in one case, and too little in another."""
    cases = {
        "valid": [{"name": "the word", "request": rules.BODY}],
        "invalid": [{"name": "nothing", "request": {"system": "Be short."}, "found": [{"text": "Ship it"}]}],
    }
    return rules.write(folder, cases=cases)


def test_each_finding_too_many_or_too_few_is_a_line(tmp_path: Path) -> None:
    path = wrong(tmp_path)
    done = run_rule_cases(str(tmp_path))
    lines = path.read_text(encoding="utf-8").splitlines()
    where = [lines.index(f"  - name: {name}") + 1 for name in ("the word", "nothing")]
    assert done.problems == (
        (
            f"{path}:{where[0]}: no-shipping: 'the word' finds 'Ship it' at /messages/0/content of request 0: "
            'warning: says "Ship it"'
        ),
        f"{path}:{where[1]}: no-shipping: 'nothing' does not find {{'text': 'Ship it'}}",
    )
    assert list(done.lines())[-1] == "1 rule, 2 cases, 2 wrong"


def test_a_case_of_pytest_fails_with_those_lines(tmp_path: Path) -> None:
    wrong(tmp_path)
    first, second = rule_cases(str(tmp_path))
    assert (str(first), str(second)) == ("no-shipping: the word", "no-shipping: nothing")
    with pytest.raises(AssertionError, match="'the word' finds 'Ship it'"):
        first.check()
    with pytest.raises(AssertionError, match="'nothing' does not find"):
        second.check()


def test_the_command(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    bad.mkdir()
    rules.write(good)
    wrong(bad)
    done = commands.run("promptlint rules test good", tmp_path, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 rule, 2 cases, all as they say\n", "")
    done = commands.run("promptlint rules test bad", tmp_path, tmp_path)
    assert (done.returncode, done.stdout.count("\n")) == (1, 3)


def test_the_folder_of_the_bundled_rules_is_the_bundled_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = rule_folders.bundled_folder()
    monkeypatch.chdir(folder.parent)
    assert list(map(str, rule_cases(folder.name))) == list(map(str, CASES))


def test_a_rule_with_the_code_of_a_bundled_one_is_refused(tmp_path: Path) -> None:
    rules.write(tmp_path, code="KV101")
    with pytest.raises(ConfigError, match="the code KV101 is used twice"):
        rule_cases(str(tmp_path))


def test_a_folder_without_rules(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no rule file"):
        run_rule_cases(str(tmp_path))
