from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from promptlint.model import Finding, Severity
from promptlint.report import View
from promptlint.report.markdown import LONGEST, code, text, write
from tests.report import example


def written(*findings: Finding, failing: tuple[Severity, ...] = ("error",)) -> str:
    stream = io.StringIO()
    write(example.report(findings=findings), stream, View(failing=failing))
    return stream.getvalue()


def test_the_verdict_comes_first_and_is_that_of_the_run() -> None:
    assert written(example.FINDING).startswith("### promptlint failed\n\n2 requests, 1 pair, 1 broken; 100,384 tokens")
    assert written(example.WARNING).startswith("### promptlint passed\n")
    assert written(example.WARNING, failing=("warning", "error")).startswith("### promptlint failed\n")


def test_a_row_for_each_pair_with_what_is_kept() -> None:
    row = "| <code>before.json</code> | <code>after.json</code> | broken | 62 of 100,449 | 100,384 |  |"
    assert row in written().splitlines()


def test_details_are_folded_the_severest_first() -> None:
    titles = re.findall(r"<details><summary>(\w+) ", written(example.WARNING, example.FINDING))
    assert titles == ["error", "warning"]


@pytest.mark.parametrize(
    "hostile",
    [
        "@everyone look",
        "![x](https://evil.example/pixel)",
        "</details><img src=x onerror=alert(1)>",
        "a | b `c` **d** _e_ ~~f~~ #1 GH-2",
        "www.evil.example https://evil.example",
        "- [ ] task",
        "1. one",
        "```\n::error::x",
    ],
)
def test_nothing_of_a_message_is_structure(hostile: str) -> None:
    shown = text(hostile)
    bare = re.sub(r"</?code>|&#\d+;", "", shown)
    assert not set("@![]<>|`*_~#&:") & set(bare)
    assert not re.search(r"www\.|^\s*[-+]\s|^\d+[.)]\s|\n", bare)


@pytest.mark.parametrize("reference", ["@someone", "see #12", "GH-12", "!34 there", "d0c5a7e1 broke", "a ~label"])
def test_what_a_service_would_make_a_reference_of_is_code(reference: str) -> None:
    assert text(reference) == code(reference)


def test_a_sentence_is_no_code() -> None:
    assert text("29 % of it, twice") == "29 &#37; of it, twice"


def test_what_is_too_long_for_a_comment_is_cut_and_counted() -> None:
    found = written(*[replace(example.FINDING, message="x" * 1000)] * 100)
    assert len(found) < LONGEST
    assert found.count("<details>") == found.count("</details>") > 20
    left = 100 - found.count("<details>")
    assert found.endswith(f"{left} more findings would make this too long: the other formats have all.\n")


def test_many_pairs_are_cut_to_those_that_lost_most() -> None:
    report = example.report(findings=())
    pairs = tuple(replace(example.PAIR, lost_tokens=lost) for lost in range(1000))
    stream = io.StringIO()
    write(replace(report, pairs=pairs), stream)
    rows = [line for line in stream.getvalue().splitlines() if line.startswith("| <code>")]
    assert len(rows) == 100
    assert "| 999 |" in rows[0]
    assert "| and 900 more pairs |" in stream.getvalue()
