from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree

from promptlint.model import Finding, Severity, Suppressed
from promptlint.report import View
from promptlint.report.junit import write
from tests.report import example


def read(*findings: Finding, failing: tuple[Severity, ...] = ("error",), hidden: int = 0) -> ElementTree.Element:
    stream = io.StringIO()
    write(example.report(findings=findings), stream, View(failing=failing, hidden=hidden))
    return ElementTree.fromstring(stream.getvalue().encode())


def counts(element: ElementTree.Element) -> list[str | None]:
    return [element.get(name) for name in ("tests", "failures", "errors", "skipped")]


def test_a_suite_for_each_file_and_a_case_for_what_was_found() -> None:
    root = read(example.FINDING)
    assert counts(root) == ["2", "1", "0", "0"]
    assert [(suite.get("name"), counts(suite)) for suite in root] == [
        ("before.json", ["1", "0", "0", "0"]),
        ("after.json", ["1", "1", "0", "0"]),
    ]
    assert [case.get("name") for case in root.iter("testcase")] == ["no finding", "prefix-too-short"]


def test_a_failure_says_where_and_what_to_do() -> None:
    failure = read(example.FINDING).find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("type") == "KV601"
    assert failure.text == (
        "after.json:12:431: error: KV601 prefix-too-short: 100,384 of 100,449 tokens are computed again\n"
        "before: before.json:12:431\n"
        "hint: repeat the earlier request"
    )


def test_what_fails_the_run_is_a_failure_and_the_rest_is_output() -> None:
    assert counts(read(example.WARNING)) == ["2", "0", "0", "0"]
    assert read(example.WARNING).find("testsuite/testcase/system-out") is not None
    assert counts(read(example.WARNING, failing=("warning", "error"))) == ["2", "1", "0", "0"]
    assert counts(read(example.FINDING, failing=())) == ["2", "0", "0", "0"]


def test_findings_of_one_rule_in_one_request_are_one_case() -> None:
    root = read(example.FINDING, example.WARNING, replace(example.FINDING, rule="clock", code="KV101"))
    assert counts(root) == ["3", "2", "0", "0"]


def test_what_is_suppressed_is_skipped_with_its_reason() -> None:
    root = read(replace(example.FINDING, suppressed=Suppressed("config", "a declared boundary")))
    skipped = root.find("testsuite/testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "a declared boundary"
    assert counts(root) == ["2", "0", "0", "1"]


def test_a_reason_says_once_that_it_is_known() -> None:
    known = replace(example.FINDING, suppressed=Suppressed("baseline", "known: it is in b.jsonl"))
    output = read(known).findtext("testsuite/testcase/system-out")
    assert output is not None
    assert output.endswith("\nknown: it is in b.jsonl")


def test_a_run_that_fails_for_what_is_not_shown_says_so() -> None:
    root = read(hidden=1)
    assert counts(root) == ["3", "1", "0", "0"]
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.text == "1 finding below --min-severity fails the run"
    assert counts(read(example.FINDING, hidden=1)) == ["2", "1", "0", "0"]


def test_nothing_that_xml_forbids_is_written() -> None:
    hostile = "a\x00b\x1b[2J\ufffe\ud83d]]><b>&amp;\n::error::x"
    root = read(replace(example.FINDING, message=hostile, place=replace(example.FINDING.place, path="\x07.json")))
    assert root.findall("testsuite")[-1].get("name") == "\\x07.json"
    assert "\n::" not in ElementTree.tostring(root, encoding="unicode")
