from __future__ import annotations

import io
from dataclasses import replace

from promptlint.model import Place
from promptlint.report.concise import position, write
from tests.report import example


def written(*findings: object) -> str:
    stream = io.StringIO()
    write(example.report(findings=findings), stream)  # type: ignore[arg-type]  # handed on as they are
    return stream.getvalue()


def test_one_line_a_finding() -> None:
    line = "after.json:12:431: KV601 prefix-too-short 100,384 of 100,449 tokens are computed again\n"
    assert written(example.FINDING, example.FINDING) == line * 2


def test_nothing_when_there_is_nothing() -> None:
    assert written() == ""


def test_a_path_cannot_give_orders_to_a_ci_service() -> None:
    finding = replace(example.FINDING, place=Place("::error file=x::", "", None, None), message="a\n::b")
    assert written(finding) == "\\x3a:error file=x::: KV601 prefix-too-short a\\n::b\n"


def test_position_as_far_as_it_is_known() -> None:
    assert position(Place("a.json", "/x", 3, None)) == "a.json:3"
    assert position(Place("a.json", "/x", None, None)) == "a.json"
