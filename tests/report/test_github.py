from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from promptlint.model import Finding, Place
from promptlint.report import View
from promptlint.report.github import write
from tests.report import example


def lines(*findings: Finding) -> list[str]:
    stream = io.StringIO()
    write(example.report(findings=findings), stream)
    return stream.getvalue().splitlines()


def read(line: str) -> tuple[str, dict[str, str], str]:
    """As the runner reads a command: up to the next two colons, by commas, by the first equals sign; then unescaped."""
    head, _, data = line.removeprefix("::").partition("::")
    command, _, listed = head.partition(" ")
    properties = dict(one.split("=", 1) for one in listed.split(",") if one)
    escapes = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    for escape, character in escapes.items():
        properties = {name: value.replace(escape, character) for name, value in properties.items()}
        data = data.replace(escape, character) if character not in ":," else data
    return command, properties, data


def test_an_annotation() -> None:
    end = replace(example.FINDING.place, column=436)
    (line,) = lines(replace(example.FINDING, end=end))
    where = "file=after.json,line=12,endLine=12,col=431,endColumn=436,title=KV601 prefix-too-short"
    assert line == f"::error {where}::100,384 of 100,449 tokens are computed again%0Arepeat the earlier request"


def test_columns_are_for_annotations_of_one_line() -> None:
    end = replace(example.FINDING.place, line=14, column=3)
    properties = read(lines(replace(example.FINDING, end=end))[0])[1]
    assert properties == {"file": "after.json", "line": "12", "endLine": "14", "title": "KV601 prefix-too-short"}


def test_a_finding_of_a_whole_file_has_no_line() -> None:
    assert read(lines(replace(example.FINDING, place=Place("./a.json", "", None, None)))[0])[1] == {
        "file": "a.json",
        "title": "KV601 prefix-too-short",
    }


def test_what_a_message_says_is_read_as_it_was_written() -> None:
    said, path = "100 % of %0A, or ::error::x: a,b=c", "odd, na:me=1%2C.json"
    hostile = replace(example.FINDING, message=said, hint=None, place=Place(path, "", 1, 1))
    assert read(lines(hostile)[0]) == (
        "error",
        {"file": path, "line": "1", "endLine": "1", "col": "1", "title": "KV601 prefix-too-short"},
        said,
    )


def test_nothing_but_annotations_begins_a_line_and_nothing_moves_the_cursor() -> None:
    found = lines(replace(example.FINDING, message="a\n::set-env name=X::y\r::stop\x1b[2J\n##[error]no", hint="b\n::c"))
    assert len(found) == 1
    assert "\x1b" not in found[0]
    assert "##[" not in found[0]


def test_the_severest_come_first_and_ten_are_enough() -> None:
    infos = [replace(example.FINDING, severity="info")] * 8
    found = lines(*infos, example.WARNING, *[example.FINDING] * 4)
    assert [read(line)[0] for line in found] == ["error"] * 4 + ["warning"] + ["notice"] * 5 + ["notice"]
    assert found[-1] == "::notice title=promptlint::3 more findings, without an annotation"


def test_of_notices_the_one_that_counts_the_others_is_the_tenth() -> None:
    infos = [replace(example.FINDING, severity="info")] * 12
    found = lines(*infos)
    assert [read(line)[0] for line in found] == ["notice"] * 10
    assert found[-1] == "::notice title=promptlint::3 more findings, without an annotation"
    assert len(lines(*infos[:10])) == 10
    assert "more" not in lines(*infos[:10])[-1]


def test_an_empty_range_is_a_column() -> None:
    properties = read(lines(replace(example.FINDING, end=example.FINDING.place))[0])[1]
    assert properties["col"] == "431"
    assert "endColumn" not in properties


def test_a_run_that_fails_for_what_is_not_shown_says_so() -> None:
    stream = io.StringIO()
    write(example.report(findings=()), stream, View(failing=("error", "warning", "info"), hidden=3))
    assert stream.getvalue() == "::error title=promptlint::3 findings below --min-severity fail the run\n"


def test_files_are_named_from_the_root(checkout: Path) -> None:
    place = Place(str(checkout / "golden/a.json"), "", 1, 1)
    assert read(lines(replace(example.FINDING, place=place))[0])[1]["file"] == "golden/a.json"


def test_ten_need_no_notice_and_none_need_nothing() -> None:
    assert len(lines(*[example.FINDING] * 10)) == 10
    assert lines() == []
