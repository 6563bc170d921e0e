from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from promptlint.model import Finding, Place, Suppressed
from promptlint.report.gitlab import write
from tests.report import example


def written(*findings: Finding) -> Any:
    stream = io.StringIO()
    write(example.report(findings=findings), stream)
    return json.loads(stream.getvalue())


def test_a_finding() -> None:
    assert written(replace(example.FINDING, fingerprint="ab12")) == [
        {
            "description": "KV601: 100,384 of 100,449 tokens are computed again",
            "check_name": "prefix-too-short",
            "fingerprint": "ab12",
            "severity": "major",
            "location": {"path": "after.json", "lines": {"begin": 12}},
        }
    ]


def test_paths_are_relative_without_a_dot_and_lines_begin_at_one() -> None:
    found = written(replace(example.FINDING, place=Place("./golden/a.json", "", None, None)))
    assert found[0]["location"] == {"path": "golden/a.json", "lines": {"begin": 1}}


def test_files_are_named_from_the_root(checkout: Path) -> None:
    place = Place(str(checkout / "golden/a.json"), "", 1, 1)
    assert written(replace(example.FINDING, place=place))[0]["location"]["path"] == "golden/a.json"


def test_fingerprints_are_different_within_a_report_and_the_same_in_the_next() -> None:
    same = replace(example.FINDING, fingerprint="ab12")
    marks = [one["fingerprint"] for one in written(same, same, same, example.FINDING, example.FINDING)]
    assert len(set(marks)) == 5
    assert marks == [one["fingerprint"] for one in written(same, same, same, example.FINDING, example.FINDING)]


def test_what_is_suppressed_is_not_listed() -> None:
    assert written(replace(example.FINDING, suppressed=Suppressed("config", "known"))) == []
    assert [one["severity"] for one in written(example.WARNING, replace(example.FINDING, severity="info"))] == [
        "minor",
        "info",
    ]
