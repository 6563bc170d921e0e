"""Tests for rule files: the cases that they carry, for pytest and for `promptlint rules test`.

from promptlint.testing import RuleCase, rule_cases

@pytest.mark.parametrize("case", rule_cases("ci/prompt-rules", allow_code=True), ids=str)
def test_rule(case: RuleCase) -> None:
    case.check()
"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.errors import UsageError
from promptlint.lint import catalogue, rule_folders, testing
from promptlint.lint.rule import Case, Rule
from promptlint.records import dataclass


@dataclass(frozen=True, slots=True)
class RuleCase:
    """One case of one rule file."""

    rule: Rule
    case: Case

    def __str__(self) -> str:
        return f"{self.rule.name}: {self.case.name}"

    def check(self) -> None:
        """Raises AssertionError with a line for each finding too many and each too few."""
        problems = testing.run_cases([self.rule], only=self.case).problems
        if problems:
            raise AssertionError("\n".join(problems))


@dataclass(frozen=True, slots=True)
class Done:
    """What `promptlint rules test` found out."""

    rules: int
    cases: int
    problems: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """The problems, then one line that counts."""
        yield from self.problems
        failed = f", {len(self.problems)} wrong" if self.problems else ", all as they say"
        rules = "1 rule" if self.rules == 1 else f"{self.rules} rules"
        yield f"{rules}, {self.cases} cases{failed}"


def rule_cases(folder: str | None = None, *, allow_code: bool = False) -> list[RuleCase]:
    """The cases of the rule files in a folder, or of the bundled ones."""
    return [RuleCase(rule, case) for rule in _rules(folder, allow_code) for case in rule.cases]


def run_rule_cases(folder: str | None = None, *, allow_code: bool = False) -> Done:
    """Run all of them."""
    rules = _rules(folder, allow_code)
    done = testing.run_cases(rules)
    return Done(len(rules), done.cases, done.problems)


def _rules(folder: str | None, allow_code: bool) -> list[Rule]:
    if folder is None or rule_folders.users_folder(folder).resolve() == rule_folders.bundled_folder():
        return [
            catalogue.with_check(rule) for rule in catalogue.load(with_cases=True).values() if rule.source == "bundled"
        ]
    rules = catalogue.folder_rules(folder, allow_code=allow_code)
    if not rules:
        raise UsageError("no rule file (*.yaml) in this folder", where=folder)
    catalogue.refuse_doubles(rules)
    return rules
