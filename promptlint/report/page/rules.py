"""What the page says of the rules that findings are of."""

from __future__ import annotations

import re
from collections.abc import Iterable

from promptlint.about_rule import AboutRule
from promptlint.model import JsonObject
from promptlint.report.page.shown import shortened
from promptlint.terminal import safe

ISSUE = re.compile(r"([\w.-]+/[\w.-]+)#(\d+)")
LONGEST_PARAGRAPH = 4_000


def rules_data(rules: Iterable[AboutRule]) -> JsonObject:
    """Summary, why, instead and references of each rule, by its code."""
    known = {rule.code: rule for rule in rules}
    references = _bundled_references() if known else {}
    return {
        safe(code): {
            "summary": shortened(rule.summary, LONGEST_PARAGRAPH),
            "why": paragraphs(rule.why),
            "instead": paragraphs(rule.instead),
            "references": [_reference(one) for one in references.get((code, rule.name), _first(rule))],
        }
        for code, rule in known.items()
    }


def _first(rule: AboutRule) -> tuple[str, ...]:
    """The one reference that a report holds of a rule."""
    return () if rule.url is None else (rule.url,)


def _bundled_references() -> dict[tuple[str, str], tuple[str, ...]]:
    """All references of our own rules."""
    from promptlint.lint.rule_file import bundled_rules
    from promptlint.lint.rule_folders import bundled_folder, rule_files

    rules = bundled_rules(rule_files(bundled_folder()), with_cases=False)
    return {(rule.code, rule.name): rule.references for rule in rules}


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each on one line."""
    return [shortened(" ".join(part.split()), LONGEST_PARAGRAPH) for part in text.strip().split("\n\n")]


def _reference(text: str) -> JsonObject:
    return {"text": safe(text), "url": address(text)}


def address(reference: str) -> str | None:
    """Where a reference can be read: owner/name#number is an issue."""
    if reference.startswith("https://"):
        return safe(reference)
    issue = ISSUE.fullmatch(reference)
    return None if issue is None else f"https://github.com/{issue[1]}/issues/{issue[2]}"
