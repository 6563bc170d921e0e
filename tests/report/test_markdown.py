from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from html import escape

import pytest

from promptlint.model import Finding, Severity
from promptlint.report import View
from promptlint.report.markdown import LONGEST, code, text, write
from promptlint.terminal import safe
from tests.report import example

HOSTILE = [
    "@everyone look",
    "![x](https://evil.example/pixel)",
    "</details><img src=x onerror=alert(1)>",
    "a | b `c` **d** _e_ ~~f~~ #1 GH-2",
    "www.evil.example https://evil.example",
    "- [ ] task",
    "1. one",
    " 12) twelve",
    "    x = 1",
    "```\n::error::x",
    "\\*a* \\",
    "__a__ a__b &amp; <b@c.example>",
]


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


def rendered(markdown: str) -> str:
    """As a service shows it: HTML, without the tags of code and the spaces at the edges of what is shown."""
    reader = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable(["table", "strikethrough"])
    shown = re.sub(r"</?code>", "", reader.render(markdown)).replace("&quot;", '"')
    return re.sub(r"(?<=>)\s+|\s+(?=<)", "", shown).strip()


@pytest.mark.parametrize("said", HOSTILE)
@pytest.mark.parametrize("written_as", [text, code])
def test_nothing_of_a_message_or_of_a_name_is_structure(said: str, written_as: Callable[[str], str]) -> None:
    shown, same = written_as(said), escape(safe(said), quote=False).strip()
    assert not re.search(r"\n|://|www\.|[@|]", shown)
    assert rendered(shown) == f"<p>{same}</p>"
    assert rendered(f"| a |\n|---|\n| {shown} |").endswith(f"<tr><td>{same}</td></tr></tbody></table>")


def test_names_stay_readable_in_the_source() -> None:
    assert code("golden/turn_1.json:6:315") == "<code>golden/turn_1.json:6:315</code>"
    assert text("mcp__server__a") == "mcp__server__a"


@pytest.mark.parametrize(
    "reference",
    ["@someone", "see #12", "GH-12", "!34 there", "d0c5a7e1 broke", "a ~label", "ftp://a.example", "at www.a.example"],
)
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


def test_neither_long_names_nor_many_pairs_nor_one_long_finding_make_it_too_long() -> None:
    path = "*" * 4000
    findings = [replace(example.FINDING, place=example.place(path), message="*" * 99_999, hint="*" * 99_999)] * 3
    report = example.report(findings=tuple(findings))
    uses = [replace(example.USE, reference=f"{path}{number}") for number in range(50)]
    requests = [replace(report.requests[0], request=example.request(path), tokenizer=use) for use in uses]
    stream = io.StringIO()
    write(replace(report, requests=tuple(requests), pairs=report.pairs * 99), stream)
    found = stream.getvalue()
    assert len(found) <= LONGEST
    assert found.count("<details>") >= 1
    shown = sum(line.startswith("| <code>") for line in found.splitlines())
    assert shown >= 1
    assert f"| and {99 - shown} more pairs |" in found
    assert "And 40 more tokenizers." in found


def test_pairs_leave_room_for_the_findings() -> None:
    report = example.report(findings=(replace(example.FINDING, message="x" * 2000),) * 100)
    requests = tuple(replace(one, request=example.request("*" * 190)) for one in report.requests)
    stream = io.StringIO()
    write(replace(report, requests=requests, pairs=report.pairs * 99), stream)
    assert stream.getvalue().count("<details>") >= 13
    assert 10 <= stream.getvalue().count("\n| <code>") < 20


def test_a_run_that_fails_for_what_is_not_shown_says_so() -> None:
    stream = io.StringIO()
    write(example.report(findings=()), stream, View(failing=("info", "warning", "error"), hidden=3))
    assert stream.getvalue().startswith("### promptlint failed\n")
    assert "\n\n3 findings below --min-severity fail the run.\n\n" in stream.getvalue()


def test_without_a_request_nothing_was_looked_at() -> None:
    stream = io.StringIO()
    nothing = replace(example.report(findings=()), requests=(), pairs=(), inputs=())
    write(nothing, stream)
    assert stream.getvalue() == "### promptlint passed\n\nNo request: nothing was looked at.\n"


def test_many_pairs_are_cut_to_those_that_lost_most() -> None:
    report = example.report(findings=())
    pairs = tuple(replace(example.PAIR, lost_tokens=lost) for lost in range(1000))
    stream = io.StringIO()
    write(replace(report, pairs=pairs), stream)
    rows = [line for line in stream.getvalue().splitlines() if line.startswith("| <code>")]
    assert len(rows) == 100
    assert "| 999 |" in rows[0]
    assert "| and 900 more pairs |" in stream.getvalue()
