"""What `promptlint rule` prints: one rule from its own file, or the list of all."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from promptlint.config_checks import close_to
from promptlint.errors import UsageError
from promptlint.lint.headings import Heading, headings, whole
from promptlint.terminal import Terminal, safe

if TYPE_CHECKING:
    from promptlint.lint.rule import Case, Rule

INDENT = "  "


def lines(
    name: str | None, terminal: Terminal, folders: Sequence[str] = (), *, allow_code: bool = False
) -> Iterator[str]:
    """The lines about the rule of that name or code, or about all. Raises UsageError for a name that none has."""
    rules = headings(folders, allow_code=allow_code)
    if name is None:
        yield from _table(rules, terminal)
        return
    found = next((rule for rule in rules if name in (rule.code, rule.name)), None)
    if found is None:
        known = [one for rule in rules for one in (rule.code, rule.name)]
        raise UsageError(f"no rule named {name!r}", hint=close_to(name, known))
    yield from _explained(whole(found), terminal)


def _table(rules: list[Heading], terminal: Terminal) -> Iterator[str]:
    """The names of each rule, and its summary below them."""
    width = max(len(rule.name) for rule in rules)
    for rule in rules:
        yield f"{rule.code}  {rule.name:<{width}}  {rule.severity}"
        yield from _wrapped(_summary(rule), terminal)


def _summary(rule: Heading) -> str:
    return safe(rule.summary if rule.source == "bundled" else f"{rule.summary}  ({rule.source}: {rule.path})")


def _explained(rule: Rule, terminal: Terminal) -> Iterator[str]:
    yield (
        terminal.style(f"{rule.code} {rule.name}", "bold")
        + f"  {rule.severity}, {', '.join(rule.scopes)}, {rule.status}"
    )
    yield from _wrapped(rule.summary, terminal)
    for heading, text in (("Why", rule.why), ("Instead", rule.instead)):
        yield ""
        yield terminal.style(heading, "bold")
        for paragraph in text.strip().split("\n\n"):
            yield from _wrapped(paragraph, terminal)
    own = {name: option for name, option in rule.options.items() if option.about}
    if own:
        yield ""
        yield terminal.style("Options", "bold")
        for name, option in own.items():
            default = "" if option.default is None else f" (default {option.default})"
            yield from _wrapped(f"{name}: {option.about}{default}", terminal)
    for heading, valid in (("Found", False), ("Not found", True)):
        yield ""
        yield terminal.style(heading, "bold")
        yield from (line for case in rule.cases if case.valid is valid for line in _case(case, terminal))
    yield ""
    for reference in rule.references:
        yield f"{INDENT}see {safe(reference)}"
    yield f"{INDENT}from {safe(rule.path) if rule.source != 'bundled' else 'promptlint itself'}"


def _case(case: Case, terminal: Terminal) -> list[str]:
    texts = [repr(str(one["text"])) for one in case.found if "text" in one]
    return textwrap.wrap(
        safe(f"{case.name}{': ' if texts else ''}{', '.join(texts)}"),
        terminal.width,
        initial_indent=INDENT,
        subsequent_indent=2 * INDENT,
        break_on_hyphens=False,
    )


def _wrapped(text: str, terminal: Terminal) -> list[str]:
    return textwrap.wrap(
        safe(" ".join(text.split())),
        terminal.width,
        initial_indent=INDENT,
        subsequent_indent=INDENT,
        break_on_hyphens=False,
    )
