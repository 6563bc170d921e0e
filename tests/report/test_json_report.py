from __future__ import annotations

import io
import json
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest

from promptlint.model import Capture, Difference, Pair, Request, RequestSummary, Skipped, Suppressed
from promptlint.report.json_report import document, write
from tests.report import example

jsonschema = pytest.importorskip("jsonschema", reason="only the development group has it")


def strict_schema() -> Any:
    """The published schema allows keys of later versions; our own document must have no others."""

    def closed(value: Any) -> Any:
        if isinstance(value, list):
            return [closed(item) for item in value]
        if not isinstance(value, dict):
            return value
        inner = {name: closed(member) for name, member in value.items()}
        return {**inner, "additionalProperties": False} if value.get("type") == "object" else inner

    text = resources.files("promptlint").joinpath("schemas/report.json").read_text(encoding="utf-8")
    return closed(json.loads(text))


@pytest.mark.parametrize("pair", [example.PAIR, example.EXTENSION, example.REFUSED], ids=lambda pair: str(pair.status))
def test_the_document_is_what_the_schema_says(pair: Pair) -> None:
    jsonschema.Draft202012Validator(strict_schema()).validate(document(example.report(pair)))


def test_the_schema_notices_a_missing_key_and_an_unknown_one() -> None:
    validator = jsonschema.Draft202012Validator(strict_schema())
    missing, more = document(example.report()), document(example.report())
    del missing["pairs"][0]["reuse"]
    more["findings"][0]["mood"] = "good"
    assert not validator.is_valid(missing)
    assert not validator.is_valid(more)


def test_a_pair() -> None:
    pair = document(example.report())["pairs"][0]
    assert {name: pair[name] for name in ("kept", "similarity", "status", "lost_tokens")} == {
        "kept": 0.0006,
        "similarity": 0.0006,
        "status": "broken",
        "lost_tokens": 100_384,
    }
    assert pair["divergence"]["before"] == {
        "path": "before.json",
        "pointer": "/messages/0/content",
        "line": 12,
        "column": 431,
        "text": "14:07\n\n# Notes\n- one",
    }


def test_what_is_known_of_a_request_and_of_a_finding_is_there() -> None:
    request = replace(example.request("a.json"), container="/1", observed_cached_tokens=96)
    finding = replace(example.FINDING, container="/1", model="gpt-x")
    report = replace(example.report(), requests=(RequestSummary(request, 3, 7, example.USE),), findings=(finding,))
    shown = document(report)
    assert shown["requests"] == [
        {
            "id": 0,
            "path": "a.json",
            "container": "/1",
            "line": 3,
            "dialect": "openai_chat",
            "model": "gpt-x",
            "tokens": 7,
            "tokenizer": {"reference": "builtin", "exact": False, "profile": "vllm"},
            "observed_cached_tokens": 96,
        }
    ]
    named = {name: shown["findings"][0][name] for name in ("container", "model", "related", "request", "lost_tokens")}
    assert named == {
        "container": "/1",
        "model": "gpt-x",
        "related": {"path": "before.json", "pointer": "/messages/0/content", "line": 12, "column": 431},
        "request": 1,
        "lost_tokens": 100_384,
    }


def test_what_is_not_known_is_null() -> None:
    pair = document(example.report(example.REFUSED))["pairs"][0]
    assert [pair[name] for name in ("before_tokens", "kept", "status", "divergence")] == [None] * 4
    finding = document(example.report())["findings"][0]
    assert [finding[name] for name in ("url", "end_line", "fingerprint", "suppressed")] == [None] * 4


def test_summary() -> None:
    assert document(example.report())["summary"] == {
        "requests": 2,
        "pairs": 1,
        "broken": 1,
        "errors": 1,
        "warnings": 0,
        "infos": 0,
        "suppressed": 0,
        "lost_tokens": 100_384,
        "passed_over": 0,
        "seconds": None,
        "assumption": None,
    }


def test_an_input_of_several_dialects_has_none() -> None:
    requests = tuple(
        Request("log.jsonl", str(n), "jsonl", name, None, {}) for n, name in enumerate(("ollama", "gemini"))
    )
    report = example.report()
    mixed = Capture("log.jsonl", "jsonl", requests, (Skipped("/2", "a transcript"),))
    inputs = document(type(report)((mixed,), (), (), (), ()))["inputs"]
    assert inputs == [
        {
            "path": "log.jsonl",
            "format": "jsonl",
            "dialect": None,
            "requests": 2,
            "skipped": [{"pointer": "/2", "reason": "a transcript"}],
        }
    ]


def test_output_is_ascii_strict_json_and_no_order_to_a_ci_service() -> None:
    differences = (Difference("/a", "changed", float("nan"), {"ü\x1b": [float("inf"), "##[error]x ##vso[task]"]}),)
    stream = io.StringIO()
    write(example.report(example.broken_pair(differences=differences)), stream)
    text = stream.getvalue()

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    assert text.isascii()
    assert "##[" not in text
    assert "##vso[" not in text
    found = json.loads(text, parse_constant=refuse)["pairs"][0]["differences"][0]
    assert found["after"] == {"ü\x1b": ["inf", "##[error]x ##vso[task]"]}


def test_the_report_gives_the_same_document_to_python() -> None:
    assert example.report().to_dict() == document(example.report())


def test_a_suppressed_finding_is_shown_and_does_not_count() -> None:
    known = replace(example.FINDING, suppressed=Suppressed("baseline", "known"), fingerprint="ab", url="https://x")
    shown = document(example.report(findings=(known,)))
    (finding,) = shown["findings"]
    assert finding["suppressed"] == {"by": "baseline", "reason": "known"}
    assert (finding["fingerprint"], finding["url"]) == ("ab", "https://x")
    assert (shown["summary"]["errors"], shown["summary"]["suppressed"]) == (0, 1)
    assert example.report(findings=(known,)).ok
