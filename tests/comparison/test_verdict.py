"""When a pair is a finding, how severe, and where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.comparison.verdict import prefix_findings, template_finding
from promptlint.errors import TemplateError
from promptlint.model import Finding, Pair, Place, Request
from tests.report import example

BEFORE = replace(example.request("before.json"), container="/0", model="first")
AFTER = replace(example.request("after.json"), container="/1", model="second")


def findings(pair: Pair, limit: int = 64, after: Request = AFTER, exact: bool = True) -> list[Finding]:
    return list(prefix_findings(pair, BEFORE, after, limit, exact))


@pytest.mark.parametrize(("lost", "limit", "count"), [(65, 64, 1), (64, 64, 0), (1, 0, 1), (0, 0, 0)])
def test_more_than_the_limit_must_be_lost(lost: int, limit: int, count: int) -> None:
    assert len(findings(example.broken_pair(lost_tokens=lost), limit)) == count


def test_a_count_by_another_tokenizer_says_so_itself() -> None:
    messages = [findings(example.PAIR, exact=exact)[0].message for exact in (True, False)]
    assert messages[1] == f"{messages[0]} (approximate numbers)"


def test_no_finding_for_what_is_not_broken() -> None:
    assert findings(example.EXTENSION, 0) == findings(example.REFUSED, 0) == []


def test_a_broken_prefix_is_placed_in_after_and_related_to_before() -> None:
    (found,) = findings(example.PAIR)
    assert (found.code, found.rule, found.severity) == ("KV601", "prefix-too-short", "error")
    assert (found.place.path, found.container, found.request, found.model) == ("after.json", "/1", 1, "second")
    assert found.related is not None
    assert (found.related.path, found.lost_tokens, found.pair) == ("before.json", 100_384, 0)
    assert found.message == (
        "100,384 of 100,449 tokens are computed again: the prompts part at token 62, in the system part"
    )
    assert findings(example.PAIR, after=replace(AFTER, model=None))[0].model == "first"


def test_what_the_template_did_alone_is_a_warning() -> None:
    (found,) = findings(example.broken_pair(json="extension"))
    assert found.severity == "warning"
    assert "template itself" in (found.hint or "")


@pytest.mark.parametrize(("line", "column"), [(7, 1), (None, None)])
def test_a_refusal_is_placed_in_the_template(line: int | None, column: int | None) -> None:
    error = TemplateError("no tools here", kind="TemplateError", line=line)
    found = template_finding(error, AFTER, 1, "strict.jinja", pair=0)
    assert (found.code, found.severity, found.place) == ("KV506", "error", Place("strict.jinja", "", line, column))
    assert (found.request, found.container, found.model, found.conversation) == (1, "/1", "second", 0)
    assert found.message == "the chat template refuses after.json: no tools here"
    assert template_finding(error, AFTER, 1, "strict.jinja", pair=None).conversation is None
