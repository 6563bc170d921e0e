"""The first lines of all rules: enough to list them and to find one. Of our own, nothing else is parsed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from promptlint.lint.rule_folders import bundled_folder, package_folders, rule_files

if TYPE_CHECKING:
    from promptlint.lint.rule import Rule

# Our own files begin with these four, each a plain text on one line; a test holds them against the whole files.
FIRST = re.compile(r"code: (.+)\nname: (.+)\nsummary: (.+)\nseverity: (.+)\n")


class Heading(NamedTuple):
    """What the list says of a rule. `rule` is the whole of it, where that had to be read."""

    code: str
    name: str
    summary: str
    severity: str
    path: str
    source: str = "bundled"
    rule: Rule | None = None


def headings(folders: Sequence[str] = (), *, allow_code: bool = False) -> list[Heading]:
    """The headings of all rules in the order of their codes. Raises ConfigError for a broken or doubled rule."""
    if not folders and not any(True for _ in package_folders()):
        return sorted(map(_heading, rule_files(bundled_folder())))
    from promptlint.lint import catalogue

    rules = catalogue.load(folders, allow_code=allow_code).values()
    return [Heading(one.code, one.name, one.summary, one.severity, one.path, one.source, one) for one in rules]


def whole(heading: Heading) -> Rule:
    """The rule with its cases."""
    from promptlint.lint.rule_file import bundled_with_cases

    if heading.rule is not None and heading.source != "bundled":
        return heading.rule
    return bundled_with_cases(Path(heading.path))


def _heading(path: Path) -> Heading:
    with path.open(encoding="utf-8") as file:
        first = FIRST.match("".join(islice(file, 4)))
    assert first is not None, f"{path.name} begins otherwise"
    code, name, summary, severity = first.groups()
    return Heading(code, name, summary, severity, str(path))
