"""The page as it is written: self-contained, ASCII, and with nothing of a report in it that is markup."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from promptlint import report as formats
from promptlint.cost import Cost
from promptlint.model import Report, Suppressed, TokenizerUse
from promptlint.report import View
from promptlint.report.html import json_in_html, page
from promptlint.report.page import data, pair_data
from promptlint.report.page.essence import MOST_TURNS, headline
from promptlint.report.page.rules import address, paragraphs, rules_data
from promptlint.report.page.shown import LONGEST_MESSAGE, LONGEST_VALUE
from tests.report import example
from tests.report.session import CLOCK, FILE, hostile, session

LARGEST = 15_000_000
ISLAND = re.compile(r'<script type="application/json" id="([a-z0-9-]+)">(.*?)</script>', re.DOTALL)


def element(text: str, start: str, end: str) -> str:
    """What stands between the first `start` and the next `end`."""
    return text.partition(start)[2].partition(end)[0]


def data_of(found: Report) -> Any:
    """What the script reads at its start, each pair with the rest that stands in the parts."""
    (_, first), *parts = ISLAND.findall(page(found))
    rest = [pair for _, part in parts for pair in json.loads(part)]
    start = json.loads(first)
    return start | {"pairs": [pair | more for pair, more in zip(start["pairs"], rest, strict=True)]}


def test_html_is_a_format_and_the_last_one() -> None:
    stream = io.StringIO()
    formats.write("html", example.report(), stream)
    assert list(formats.FORMATS)[-1] == "html"
    assert stream.getvalue() == page(example.report())


def test_the_page_is_ascii_and_the_same_every_time() -> None:
    for found in (example.report(), session(50, 7), hostile()):
        assert page(found).isascii()
        assert page(found) == page(found)


def test_only_our_own_style_and_script_may_run() -> None:
    text = page(hostile())
    policy = element(text, 'Content-Security-Policy" content="', '"')
    for kind, start, end in (("style", "<style>", "</style>"), ("script", "<script>", "</script>")):
        content = element(text, start, end)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert ISLAND.sub("", text).count("<script") == 1


def test_the_page_loads_nothing() -> None:
    text = page(example.report())
    assert re.findall(r"<(?:link|img|iframe|object|embed|form|base)\b", text) == []
    assert re.findall(r"\b(?:src|style|on\w+)=", element(text, "<body>", "<script")) == []
    own = element(text, "<style>", "</style>") + element(text, "<script>", "</script>")
    assert re.findall(r"url\(|@import|fetch\(|XMLHttpRequest|innerHTML|\beval\b", own) == []
    assert re.findall(r"https?://[^\"]+", own) == ["http://www.w3.org/2000/svg"]


def test_no_text_of_a_report_is_markup_or_an_order() -> None:
    text = page(hostile())
    contents = [content for _, content in ISLAND.findall(text)]
    assert [re.findall(r"[<>&]", content) for content in contents] == [[], []]
    assert "<b>bold" not in text
    assert "onerror='" not in ISLAND.sub("", text)
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert all("$policy" in content for content in contents)


def test_what_is_invisible_is_shown_escaped_in_every_text() -> None:
    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for name, member in value.items() for text in (name, *texts(member))]
        return [text for one in value for text in texts(one)] if isinstance(value, list) else [str(value)]

    for text in texts(data_of(hostile())):
        assert text.replace("\n", "").isprintable()
    found = data_of(hostile())["pairs"][1]["divergence"]["before"]["text"]
    assert "\\u2028\\u202e\\x1b[2J\\ud800" in found
    assert "\n" in found


def test_json_in_a_page_cannot_end_its_element() -> None:
    text = json_in_html({"a": "</script><!-- \u2028 & ##[error]"})
    assert re.findall(r"[<>&]|##\[|\u2028", text) == []
    assert json.loads(text) == {"a": "</script><!-- \u2028 & ##[error]"}


def test_the_essence_can_be_read_without_a_script() -> None:
    text = page(example.report())
    plain = element(text, "<noscript>", "</noscript>")
    assert "<h1>broken: 62 of 100,449 tokens are a common prefix; 100,384 lost</h1>" in text
    assert "<dt>tokens lost</dt><dd>100,384</dd>" in text
    assert 'Tokenizer <code>builtin</code>, profile vllm: <b class="approximate">an approximation</b>' in text
    assert "KV601 prefix-too-short" in plain
    assert "100,384 of 100,449 tokens are computed again" in plain
    assert "<td>after.json</td><td>100,963</td><td>62</td><td>100,384</td>" in plain
    exact = page(example.report(use=TokenizerUse("m", exact=True, profile="vllm")))
    assert '<b class="exact">exact</b>' in exact
    assert 'class="approximate"' not in exact.partition("<script")[0]


def test_without_a_script_long_tables_say_what_they_leave_out() -> None:
    plain = element(page(session(MOST_TURNS + 3, 400)), "<noscript>", "</noscript>")
    assert plain.count("<tr>") == 1 + MOST_TURNS
    assert "3 more turns: " in plain
    assert "No findings." in page(example.report(findings=()))


def test_what_is_known_says_why() -> None:
    known = replace(example.FINDING, suppressed=Suppressed("baseline", "it was there"))
    text = page(example.report(findings=(known,)))
    assert "suppressed: it was there" in element(text, "<noscript>", "</noscript>")
    assert "<dt>suppressed</dt><dd>1</dd>" in text


def test_seconds_stand_there_with_what_they_rest_on() -> None:
    text = page(replace(example.report(), cost=Cost(1.5, None, "at 2,000 tokens/s")))
    assert "<dt>seconds to compute again</dt><dd>1.50</dd>" in text
    assert "<li>Seconds: at 2,000 tokens/s.</li>" in text


def test_the_verdict_counts_the_pairs() -> None:
    found = session(5, 2)
    assert headline(found) == "2 of 4 pairs are broken"
    assert headline(session(5, 4)) == "1 of 4 pairs is broken"
    assert headline(session(5, 9)) == "All 4 pairs keep their prefix"
    assert headline(session(2, 9)) == "The pair keeps its prefix"
    assert headline(session(1, 9)) == "No request continues another one: nothing to compare"
    refused = replace(found, pairs=(*found.pairs[:3], example.REFUSED))
    assert headline(refused) == "1 of 4 pairs is broken, 1 could not be compared"


def test_turns_are_the_steps_of_a_session_and_else_the_pairs() -> None:
    (conversation,) = data_of(session(3, 2))["conversations"]
    assert conversation["turns"][2] == {
        "request": 2, "tokens": 3_400, "kept": 120, "lost": 3_080, "cause": "KV101", "by": None, "pairs": [1],
    }  # fmt: skip  # laid out by hand, to be read as a table
    first, second = data_of(example.report())["conversations"][0]["turns"]
    assert (first["kept"], first["pairs"]) == (None, [])
    assert (second["kept"], second["lost"], second["pairs"]) == (62, 100_384, [0])


def test_findings_come_with_the_text_of_their_rule() -> None:
    (rule,) = data_of(session(3, 2))["rules"].values()
    assert rule["why"] == ["It moves.", "Always."]
    assert rule["references"][0]["url"].startswith("https://github.com/")
    assert len(rule["references"]) > 1
    other = replace(CLOCK, name="another-rule", url="https://example.org/why")
    assert rules_data((other,))["KV101"]["references"] == [
        {"text": "https://example.org/why", "url": "https://example.org/why"}
    ]
    assert rules_data(()) == {}


def test_references_lead_to_issues_and_web_pages_only() -> None:
    assert address("owner/name#12") == "https://github.com/owner/name/issues/12"
    assert address("https://example.org/a") == "https://example.org/a"
    assert [address(one) for one in ("javascript:alert(1)", "http://example.org", "a paper", "a/b#c")] == [None] * 4
    assert paragraphs("one\ntwo\n\nthree\n") == ["one two", "three"]


def test_long_texts_are_cut() -> None:
    long = replace(example.FINDING, message="m" * 10_000)
    pair = example.broken_pair(differences=(replace(example.PAIR.differences[0], before="v" * 10_000),) * 40)
    found = data_of(example.report(pair, (long,)))
    assert len(found["findings"][0]["message"]) == LONGEST_MESSAGE + 1
    shown = found["pairs"][0]
    assert len(shown["differences"][0]["before"]) == LONGEST_VALUE + 1
    assert len(shown["differences"]) + shown["more_differences"] == 40


def test_of_very_many_findings_the_severest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "MOST_FINDINGS", 4)
    found = data_of(session(13, 2))
    assert [one["severity"] for one in found["findings"]] == ["error", "warning", "error", "warning"]
    assert [one["id"] for one in found["findings"]] == [0, 1, 3, 4]
    assert found["left_out"]["findings"] == 2


def test_details_of_pairs_that_lost_little_are_left_out_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_data, "MOST_DETAIL", 4_500)
    pairs = data_of(session(9, 2))["pairs"]
    left_out = [number for number, pair in enumerate(pairs) if pair.get("left_out")]
    assert 7 not in left_out
    assert 1 in left_out
    assert all(pair["verdict"] for pair in pairs)


def test_of_many_files_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "MOST_INPUTS", 1)
    found = data_of(replace(example.report(), passed_over=7))
    assert [one["path"] for one in found["inputs"]] == ["before.json"]
    assert (found["left_out"]["inputs"], found["passed_over"]) == (1, 7)


def test_the_script_stands_before_the_details_of_the_pairs() -> None:
    text = page(session(130, 1))
    assert [name for name, _ in ISLAND.findall(text)] == ["data", "pairs-0", "pairs-1", "pairs-2"]
    assert text.index('id="data"') < text.index("<script>") < text.index('id="pairs-0"')
    assert '"divergence"' not in text.partition("<script>")[0]


def test_a_session_of_1306_broken_turns_stays_small() -> None:
    assert len(page(session(1_306, 1, "漢字" * 60))) < LARGEST


def test_a_redacted_report_has_its_page_too() -> None:
    stream = io.StringIO()
    formats.write("html", session(3, 2, "SECRET words"), stream, View(redact=frozenset({"html"})))
    assert "SECRET" in page(session(3, 2, "SECRET words"))
    assert "SECRET" not in stream.getvalue()
    assert FILE in stream.getvalue()
