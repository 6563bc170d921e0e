"""What a report says of the rules that it has findings of."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.about_rule import AboutRule
from promptlint.lint.catalogue import Catalogue
from promptlint.model import Finding


def about(rules: Catalogue, findings: Iterable[Finding]) -> tuple[AboutRule, ...]:
    """The rules of the findings, in the order of their codes."""
    found = {one.code for one in findings}
    return tuple(
        AboutRule(rule.code, rule.name, rule.summary, rule.severity, rule.why, rule.instead, rule.url)
        for code, rule in rules.items()
        if code in found
    )
