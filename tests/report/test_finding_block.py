"""Findings, one below the other."""

from __future__ import annotations

from dataclasses import replace

from promptlint.model import Finding, Suppressed
from promptlint.report import Detail, View
from promptlint.report.finding_block import count_line, finding_blocks, findings_by_file, suppressed_lines
from promptlint.terminal import Terminal
from tests.report import example

URL = "https://example.org/issues/1"
FINDING = replace(example.FINDING, url=URL)
OTHER = replace(FINDING, hint="send it last", place=example.place("b.json"))


def by_file(*findings: Finding, detail: Detail = "normal", terminal: Terminal | None = None) -> list[str]:
    return list(findings_by_file(findings, View(terminal or Terminal(), detail)))


def test_findings_stand_below_the_name_of_their_file() -> None:
    assert by_file(FINDING, OTHER) == [
        "after.json",
        "  KV601 prefix-too-short  error  12:431",
        "    100,384 of 100,449 tokens are computed again",
        "    costs 100,384 tokens",
        "    before: before.json:12:431",
        "    hint: repeat the earlier request",
        f"    see {URL}",
        "",
        "b.json",
        "  KV601 prefix-too-short  error  12:431",
        "    100,384 of 100,449 tokens are computed again",
        "    costs 100,384 tokens",
        "    before: before.json:12:431",
        "    hint: send it last",
        f"    see {URL}",
        "",
    ]
    assert by_file() == []


def test_the_same_advice_is_given_once_unless_all_is_wanted() -> None:
    findings = (FINDING, OTHER, FINDING, OTHER)
    for shown in (by_file(*findings), list(finding_blocks(findings, View()))):
        assert [line.strip() for line in shown].count("hint: repeat the earlier request") == 1
        assert [line.strip() for line in shown].count("hint: send it last") == 1
    assert [line.strip() for line in by_file(*findings, detail="verbose")].count(f"see {URL}") == 4


def test_a_place_without_a_line_is_its_pointer() -> None:
    nowhere = replace(FINDING, place=replace(FINDING.place, line=None, column=None))
    assert by_file(nowhere)[1] == "  KV601 prefix-too-short  error  /messages/0/content"


def test_the_code_and_each_line_of_the_address_are_links() -> None:
    linking = Terminal(links=True, width=40)
    far = replace(FINDING, url=f"{URL}/{'x' * 40}")
    opening = f"\x1b]8;;{far.url}\x1b\\"
    found = by_file(far, terminal=linking)
    assert found[1].startswith(f"  {opening}KV601\x1b]8;;\x1b\\ prefix-too-short")
    assert len([line for line in found if line.startswith(f"    {opening}")]) == 2


def test_what_is_suppressed_is_shown_with_its_reason_where_all_is_wanted() -> None:
    known = replace(FINDING, suppressed=Suppressed("config", "declared boundary"))
    report = example.report(findings=(FINDING, known))
    assert list(suppressed_lines(report, View())) == []
    assert list(suppressed_lines(example.report(), View(detail="verbose"))) == []
    assert list(suppressed_lines(report, View(detail="verbose"))) == [
        "Suppressed:",
        "  KV601 prefix-too-short  after.json:12:431",
        "    by the config: declared boundary",
        "",
    ]


def test_the_count_names_each_severity() -> None:
    known = replace(FINDING, suppressed=Suppressed("baseline", "old"))
    report = example.report(findings=(FINDING, FINDING, replace(FINDING, severity="info"), known))
    assert count_line(report) == "2 errors, 1 info, 1 suppressed"
    assert count_line(example.report(findings=())) == "No findings."
