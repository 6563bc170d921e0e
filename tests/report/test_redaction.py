"""No prompt text in what is redacted: the requests of the corpus and of the rules' own cases, in every format."""

from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint import report as formats
from promptlint.lint.testing import case_findings, shared_builtin
from promptlint.model import Capture, Difference, Finding, Report, Skipped
from promptlint.redaction import Redacted, mark
from promptlint.report.redaction import redacted
from promptlint.testing import rule_cases
from tests import test_corpus
from tests.report import example
from tests.report.example import broken_pair

REPO = Path(__file__).resolve().parents[2]
WORD = re.compile(r"[^\W\d_]{4,}|\d\d:\d\d:\d\d")
NAMES = {"name", "model", "role", "type", "format"}  # members whose values are names
EVERY = formats.View(redact=frozenset(formats.FORMATS), detail="verbose")


def texts(value: Any, key: str = "") -> Iterator[str]:
    """What a request says, without its names."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from texts(member, name)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, key)
    elif isinstance(value, str) and key not in NAMES:
        yield value


def names(value: Any, key: str = "") -> Iterator[str]:
    """Keys, and values that are names."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield str(name)
            yield from names(member, name)
    elif isinstance(value, list):
        for item in value:
            yield from names(item, key)
    elif isinstance(value, str) and key in NAMES:
        yield value


def words(*said: str) -> set[str]:
    return {word for one in said for word in WORD.findall(one)}


@pytest.fixture(scope="module")
def own_words() -> set[str]:
    """The words of our own program, and of what the rules say of themselves."""
    found: set[str] = set()
    for path in [*(REPO / "promptlint").rglob("*.py"), *(REPO / "rules").rglob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        values = (one.value for one in ast.walk(tree) if isinstance(one, ast.Constant))
        found |= words(*(value for value in values if isinstance(value, str)))
    for path in (REPO / "rules").rglob("*.yaml"):
        found |= words(path.read_text(encoding="utf-8").partition("\ncases:")[0])
    assets = [path for path in (REPO / "promptlint/report/page").iterdir() if path.is_file()]
    found |= words(*(path.read_text(encoding="utf-8") for path in assets))
    return found


def written(name: str, report: Report, view: formats.View = EVERY) -> str:
    stream = io.StringIO()
    formats.write(name, report, stream, view)
    return stream.getvalue()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, list[Any]]:
    """A report on all conversations of the corpus."""
    folder = tmp_path_factory.mktemp("corpus")
    for number, case in enumerate(test_corpus.CASES):
        own = folder / str(number)
        own.mkdir()
        test_corpus.write({**case, "name": "case"}, own)
    report = promptlint.check([folder], model="builtin")
    return report, [body for case in test_corpus.CASES for body in case["requests"]]


@pytest.mark.parametrize("name", list(formats.FORMATS))
def test_no_prompt_text_of_the_corpus_is_in_a_redacted_report(
    name: str, corpus: tuple[Report, list[Any]], own_words: set[str]
) -> None:
    report, bodies = corpus
    paths = [summary.request.path for summary in report.requests]
    secret = words(*texts(bodies)) - own_words - words(*names(bodies), *paths)
    assert secret
    assert secret & words(written(name, report)) == set()


def test_the_same_search_finds_what_is_not_redacted(corpus: tuple[Report, list[Any]], own_words: set[str]) -> None:
    report, bodies = corpus
    secret = words(*texts(bodies)) - own_words - words(*names(bodies))
    found = secret & words(written("json", report, formats.View(redact=frozenset())))
    assert len(found) > 50


def test_no_prompt_text_of_the_rules_own_cases_is_in_their_findings(own_words: set[str]) -> None:
    leaks, shown = {}, set()
    for one in rule_cases():
        secret = words(*texts(dict(one.case.given))) - own_words - words(*names(dict(one.case.given)))
        found = tuple(case_findings(one.rule, one.case, shared_builtin()))
        hidden = redacted(replace(example.report(), findings=found)).findings
        leaks[str(one)] = secret & words(*(f"{finding.message} {finding.hint}" for finding in hidden))
        shown |= secret & words(*(finding.message for finding in found))
    assert {name: leak for name, leak in leaks.items() if leak} == {}
    assert len(shown) > 50


def test_a_finding_whose_words_nobody_has_gone_through_is_hidden_whole() -> None:
    finding = redacted(example.report(findings=(example.FINDING,))).findings[0]
    assert re.fullmatch(r"<[0-9a-f]{6}, 44 characters>", finding.message)
    assert finding.hint is None


def test_the_example_keeps_its_numbers_and_its_names() -> None:
    report = redacted(example.report())
    assert report.pairs[0].lost_tokens == example.PAIR.lost_tokens
    assert [one.request.path for one in report.requests] == ["before.json", "after.json"]
    assert report.pairs[0].differences[0].pointer == "/messages/0/content"


def test_keys_that_are_sentences_are_hidden_in_pointers() -> None:
    place = replace(example.FINDING.place, pointer="/input/what the user wants/0")
    finding: Finding = redacted(example.report(findings=(replace(example.FINDING, place=place),))).findings[0]
    assert re.fullmatch(r"/input/<[0-9a-f]{6}, 19 characters>/0", finding.place.pointer)


def marks(said: str, bodies: tuple[str, str]) -> list[str]:
    """The marks of a finding that quotes a text, of the mark that its rule made and of a place, among such prompts."""
    place = replace(example.FINDING.place, pointer=f"/{said} {said}")
    hint = replace(example.FINDING, place=place, redacted=Redacted(f"it is {mark(said)}", mark(said)))
    report = example.report(broken_pair(differences=(Difference("", "changed", said, None),)), (hint,))
    requests = [
        replace(one, request=replace(one.request, body={"prompt": body}))
        for one, body in zip(report.requests, bodies, strict=True)
    ]
    hidden = redacted(replace(report, requests=tuple(requests)))
    (finding,) = hidden.findings
    return [str(hidden.pairs[0].differences[0].before), finding.message, str(finding.hint), finding.place.pointer]


def test_a_mark_of_a_short_text_tells_nothing_to_who_guesses_it() -> None:
    difference, message, hint, pointer = marks("07", ("one", "two"))
    assert difference == hint
    assert message == f"it is {hint}"
    assert re.fullmatch(r"<[0-9a-f]{6}, 2 characters>", hint)
    assert hint != mark("07")
    assert mark("07 07") not in pointer
    assert marks("07", ("one", "two")) == [difference, message, hint, pointer]
    for others in (("one", "three"), ("three", "two")):
        assert not {difference, message, pointer} & {*marks("07", others)}


def test_a_report_without_requests_has_a_key_too() -> None:
    report = replace(example.report(), requests=(), pairs=(), inputs=())
    (finding,) = redacted(report).findings
    assert re.fullmatch(r"<[0-9a-f]{6}, 44 characters>", finding.message)
    assert finding.message != mark(example.FINDING.message)


def test_files_whose_names_look_like_marks_keep_them() -> None:
    finding = replace(example.FINDING, place=example.place("<07aaaa, 2 characters>.json"))
    assert redacted(example.report(findings=(finding,))).findings[0].place == finding.place


def test_records_that_are_no_requests_keep_their_reason_without_what_it_quotes() -> None:
    kept = Skipped("/entries/3", "GET has no body", example.place("a.har"))
    quoting = Skipped("/what the user wants/0", 'the field "what the user wants" is text', None)
    report = replace(example.report(), inputs=(Capture("a.har", "har", (), (kept, quoting)),))
    ((first, second),) = (one.skipped for one in redacted(report).inputs)
    assert first == kept
    assert re.fullmatch(r"/<[0-9a-f]{6}, 19 characters>/0", second.pointer)
    assert re.fullmatch(r"the field <[0-9a-f]{6}, 21 characters> is text", second.reason)
    assert second.place is None


def test_bodies_are_not_handed_on() -> None:
    report = example.report()
    request = replace(report.requests[0].request, body={"messages": ["secret"]}, answer="secret", session="secret")
    summary = replace(report.requests[0], request=request)
    hidden = redacted(replace(report, requests=(summary, *report.requests[1:])))
    assert hidden.requests[0].request == replace(example.request("before.json"), answer=None)
    assert json.dumps(hidden.to_dict()).count("secret") == 0
