from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from promptlint.lint.ignores import suppress
from promptlint.model import Suppressed
from promptlint.options import Break, Ignore, LintOptions
from tests.lint.findings import finding, lines, marks, summary

TODAY = date(2026, 5, 17)
ENTRY = Ignore(("KV101",), (), None, "it is frozen", None, "promptlint.yaml:12")
CLOCK = finding()


def entry(**changes: Any) -> Ignore:
    return replace(ENTRY, **changes)


@pytest.mark.parametrize(
    ("changes", "covered"),
    [
        ({}, True),
        ({"rules": ("KV1",)}, True),
        ({"rules": ("KV3", "clock-in-system-prompt")}, True),
        ({"rules": ("KV102",)}, False),
        ({"files": ("*.json",)}, True),
        ({"files": ("b.json", "sub/**")}, False),
        ({"path": "$.messages[*]"}, True),
        ({"path": "$.messages[0].content"}, True),
        ({"path": "$.messages[1].content"}, False),
        ({"path": "$.messages[0].content[0]"}, False),
        ({"until": TODAY}, True),
        ({"until": date(2026, 5, 16)}, False),
        ({"files": ("*.json",), "path": "$.tools"}, False),
    ],
)
def test_what_an_entry_covers(changes: dict[str, Any], covered: bool) -> None:
    options = LintOptions(ignores=(entry(**changes),))
    found, stale = suppress([CLOCK], [summary("a.json")], options, TODAY)
    assert marks(found) == [("config", "it is frozen") if covered else None]
    assert bool(stale) is not covered


def test_the_first_entry_gives_the_reason_and_both_are_of_use() -> None:
    options = LintOptions(ignores=(entry(), entry(rules=("KV1",), reason="other", origin="promptlint.yaml:20")))
    tools = finding("KV301", "unsorted-tools", pointer="/tools")
    found, stale = suppress([tools, CLOCK], [summary("a.json")], options, TODAY)
    assert marks(found) == [None, ("config", "it is frozen")]
    assert found[0] == tools
    assert stale == []


def test_what_is_suppressed_already_keeps_its_reason() -> None:
    known = replace(CLOCK, suppressed=Suppressed("baseline", "known"))
    found, stale = suppress([known], [summary("a.json")], LintOptions(ignores=(ENTRY,)), TODAY)
    assert marks(found) == [("baseline", "known")]
    assert stale == []


def test_an_entry_that_matched_nothing() -> None:
    options = LintOptions(ignores=(entry(rules=("KV1", "unsorted-tools")), entry(files=("b/*",), origin="p.toml")))
    _, stale = suppress([], [summary("a.json")], options, TODAY)
    assert lines(stale) == [
        "promptlint.yaml:12: warning KV002 the ignore of KV1, unsorted-tools matched nothing",
        "p.toml:None: warning KV002 the ignore of KV101 matched nothing: no file that was checked fits b/*",
    ]
    assert stale[0].hint == "remove it, or see whether its rules, files and path are still called so"
    assert stale[0].rule == "unused-ignore"


def test_an_entry_that_expired() -> None:
    options = LintOptions(ignores=(entry(until=date(2026, 5, 1), files=("a.json",)),), severity={"KV002": "info"})
    found, stale = suppress([CLOCK], [summary("a.json")], options, TODAY, complete=False)
    assert marks(found) == [None]
    assert lines(stale) == [
        "promptlint.yaml:12: info KV002 the ignore of KV101 expired on 2026-05-01, so what it covered counts again"
    ]
    assert stale[0].hint == "mend what it covered and remove it, or give it a new date"


def test_a_run_that_sees_some_files_only_knows_nothing_of_the_others() -> None:
    other = entry(files=("other.json",))
    options = LintOptions(
        ignores=(ENTRY, other, replace(other, until=date(2026, 1, 1))), breaks=(Break("other.json", "a", "p:1"),)
    )
    assert suppress([], [summary("a.json")], options, TODAY, complete=False) == ([], [])


def test_rules_that_did_not_run_leave_their_entries_alone() -> None:
    options = LintOptions(
        ignores=(ENTRY, entry(rules=("KV1",), until=date(2026, 1, 1)), entry(rules=("KV3",), origin="p:3"))
    )
    not_run = [("KV101", "clock-in-system-prompt")]
    _, stale = suppress([], [summary("a.json")], options, TODAY, not_run=not_run)
    assert lines(stale) == ["p:3: warning KV002 the ignore of KV3 matched nothing"]


def test_breaks_that_named_no_request() -> None:
    options = LintOptions(
        breaks=(Break("a.json", "a", "promptlint.yaml:4"), Break("c.json#1", "a", "promptlint.yaml:5"))
    )
    _, stale = suppress([], [summary("a.json")], options, TODAY)
    assert lines(stale) == ["promptlint.yaml:5: warning KV002 the break before c.json#1 names no request"]
