"""GitLab's code quality report: a list of findings, which a merge request compares with that of its target."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TextIO

from promptlint.model import Finding, JsonObject, Report, Severity
from promptlint.report import PLAIN, View
from promptlint.report.json_report import json_text
from promptlint.report.repository_path import from_root
from promptlint.terminal import safe

SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


def write(report: Report, stream: TextIO, _view: View = PLAIN) -> None:
    """Write the list."""
    told: Counter[str] = Counter()
    stream.write(json_text([_finding(one, told) for one in from_root(report).active]))


def _finding(finding: Finding, told: Counter[str]) -> JsonObject:
    return {
        "description": safe(f"{finding.code}: {finding.message}"),
        "check_name": finding.rule,
        "fingerprint": _fingerprint(finding, told),
        "severity": SEVERITIES[finding.severity],
        "location": {"path": finding.place.path, "lines": {"begin": finding.place.line or 1}},
    }


def _fingerprint(finding: Finding, told: Counter[str]) -> str:
    """One of its own in the report: the same fault in two places of a file is two lines there."""
    own = finding.fingerprint or "/".join((finding.code, finding.place.path, finding.place.pointer))
    told[own] += 1
    return own if finding.fingerprint and told[own] == 1 else hashlib.sha256(f"{own}#{told[own]}".encode()).hexdigest()
