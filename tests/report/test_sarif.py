from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promptlint.about_rule import AboutRule
from promptlint.model import Finding, Place, Suppressed
from promptlint.report.sarif import write
from tests.report import example

RULE = AboutRule("KV601", "prefix-too-short", "Short.", "warning", "Since.", "Repeat it.", "https://example.com/1")


def run(*findings: Finding) -> Any:
    stream = io.StringIO()
    write(replace(example.report(findings=findings), rules=(RULE,)), stream)
    (found,) = json.loads(stream.getvalue())["runs"]
    return found


def result(finding: Finding) -> Any:
    return run(finding)["results"][0]


def test_the_rules_come_with_their_help() -> None:
    assert run(example.FINDING)["tool"]["driver"]["rules"] == [
        {
            "id": "KV601",
            "name": "prefix-too-short",
            "shortDescription": {"text": "Short."},
            "fullDescription": {"text": "Since."},
            "help": {"text": "Since.\n\nRepeat it.", "markdown": "**Why**\n\nSince.\n\n**Instead**\n\nRepeat it."},
            "defaultConfiguration": {"level": "warning"},
            "helpUri": "https://example.com/1",
            "properties": {"tags": ["prompt-cache"], "problem.severity": "warning"},
        }
    ]


def test_a_result() -> None:
    found = result(replace(example.FINDING, end=replace(example.FINDING.place, column=436), fingerprint="ab12"))
    assert (found["ruleId"], found["ruleIndex"], found["level"]) == ("KV601", 0, "error")
    assert found["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "after.json", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 12, "startColumn": 431, "endLine": 12, "endColumn": 436},
            },
            "logicalLocations": [{"fullyQualifiedName": "/messages/0/content", "kind": "member"}],
        }
    ]
    assert found["partialFingerprints"] == {"promptlint/v1": "ab12"}
    assert found["properties"]["lostTokens"] == 100_384
    assert "suppressions" not in found


def test_the_other_file_of_the_pair_is_related() -> None:
    found = result(example.FINDING)
    (related,) = found["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "before.json"
    assert related["id"] == 1
    assert found["message"]["text"].endswith(" computed again [before](1)")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("see [this](https://evil.example)", r"see \[this\](https://evil.example)"),
        ("options: {order: {0}}", "options: {{order: {{0}}}}"),
        ("a\nb", r"a\nb"),
        ("a\\[b\\\\", "a\\\\\\[b\\\\\\"),
    ],
)
def test_nothing_of_a_message_is_a_link_or_a_placeholder(said: str, written: str) -> None:
    assert result(replace(example.FINDING, message=said, related=None))["message"] == {"text": written}


def test_files_are_named_from_the_root(checkout: Path) -> None:
    inside, outside = str(checkout / "golden/a.json"), str(checkout.parent / "b.json")
    found = result(replace(example.FINDING, place=Place(inside, "", 1, 1), related=Place(outside, "", 1, 1)))
    located = [*found["locations"], *found["relatedLocations"]]
    artifacts = [one["physicalLocation"]["artifactLocation"] for one in located]
    assert artifacts == [{"uri": "golden/a.json", "uriBaseId": "%SRCROOT%"}, {"uri": Path(outside).as_uri()}]


def test_columns_count_code_points() -> None:
    assert run()["columnKind"] == "unicodeCodePoints"
    assert run()["invocations"] == [{"executionSuccessful": True}]


def test_a_finding_without_a_line_is_at_the_head_of_its_file() -> None:
    found = result(replace(example.FINDING, place=Place("models/chat_template.jinja", "", None, None), related=None))
    assert found["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "models/chat_template.jinja", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 1},
            }
        }
    ]
    assert "relatedLocations" not in found


@pytest.mark.parametrize(
    ("path", "artifact"),
    [
        ("./a b/ü.json", {"uri": "a%20b/%C3%BC.json", "uriBaseId": "%SRCROOT%"}),
        ("main:a.json", {"uri": "main%3Aa.json", "uriBaseId": "%SRCROOT%"}),
        ("a#1?.json", {"uri": "a%231%3F.json", "uriBaseId": "%SRCROOT%"}),
        ("/srv/a b.json", {"uri": "file:///srv/a%20b.json"}),
    ],
)
def test_paths_are_addresses(path: str, artifact: dict[str, str]) -> None:
    found = result(replace(example.FINDING, place=Place(path, "", 1, 1)))
    assert found["locations"][0]["physicalLocation"]["artifactLocation"] == artifact


def test_what_is_known_is_kept_and_marked() -> None:
    known = replace(example.FINDING, suppressed=Suppressed("baseline", "known: it is in the baseline"))
    meant = replace(example.FINDING, suppressed=Suppressed("config", "a declared boundary"))
    results = run(known, meant, example.FINDING)["results"]
    assert [one["baselineState"] for one in results] == ["unchanged", "new", "new"]
    assert [one.get("suppressions") for one in results] == [
        [{"kind": "external", "status": "accepted", "justification": "known: it is in the baseline"}],
        [{"kind": "external", "status": "accepted", "justification": "a declared boundary"}],
        None,
    ]
    assert "baselineState" not in result(meant)
