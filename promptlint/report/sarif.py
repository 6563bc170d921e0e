"""SARIF 2.1.0, as code scanning reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, TextIO
from urllib.parse import quote

from promptlint import __version__
from promptlint.about_rule import AboutRule
from promptlint.model import Finding, JsonObject, Place, Report, Severity, Suppressed
from promptlint.report import PLAIN, View
from promptlint.report.json_report import json_text
from promptlint.report.repository_path import from_root
from promptlint.terminal import safe

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
ROOT = "%SRCROOT%"
RELATED = 1  # the number of the related location
# Braces are placeholders and are doubled; brackets are links, and a backslash in front of one takes that from it.
SYNTAX = re.compile(r"[\[\]{}]|\\(?=[\\\[\]])")
FINGERPRINT = "promptlint/v1"
PROBLEMS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "recommendation"}


def write(report: Report, stream: TextIO, _view: View = PLAIN) -> None:
    """Write one run. It has succeeded, or there would be no report."""
    run = {
        "tool": {"driver": _driver(report)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [{"executionSuccessful": True}],
        "results": _results(from_root(report)),
    }
    stream.write(json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}))


def _driver(report: Report) -> JsonObject:
    return {
        "name": "promptlint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(one) for one in report.rules],
    }


def _rule(rule: AboutRule) -> JsonObject:
    why, instead = safe(" ".join(rule.why.split())), safe(" ".join(rule.instead.split()))
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": safe(rule.summary)},
        "fullDescription": {"text": why},
        "help": {"text": f"{why}\n\n{instead}", "markdown": f"**Why**\n\n{why}\n\n**Instead**\n\n{instead}"},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        **({} if rule.url is None else {"helpUri": rule.url}),
        "properties": {"tags": ["prompt-cache"], "problem.severity": PROBLEMS[rule.severity]},
    }


def _results(report: Report) -> list[JsonObject]:
    indexes = {rule.code: number for number, rule in enumerate(report.rules)}
    # All results say how they stand to a baseline, or none does.
    compared = any(one.suppressed is not None and one.suppressed.by == "baseline" for one in report.findings)
    return [_result(one, indexes, compared=compared) for one in report.findings]


def _result(finding: Finding, indexes: Mapping[str, int], *, compared: bool) -> JsonObject:
    suppressed = finding.suppressed
    known = suppressed is not None and suppressed.by == "baseline"
    return {
        "ruleId": finding.code,
        **({"ruleIndex": indexes[finding.code]} if finding.code in indexes else {}),
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(finding)],
        **({} if finding.related is None else {"relatedLocations": [_related(finding.related)]}),
        **({} if finding.fingerprint is None else {"partialFingerprints": {FINGERPRINT: finding.fingerprint}}),
        **({"baselineState": "unchanged" if known else "new"} if compared else {}),
        **({} if suppressed is None else {"suppressions": [_suppression(suppressed)]}),
        "properties": _properties(finding),
    }


def _message(finding: Finding) -> str:
    """Of related locations code scanning shows only those that the message leads to."""
    said = SYNTAX.sub(lambda found: 2 * found[0] if found[0] in "{}\\" else f"\\{found[0]}", safe(finding.message))
    return said if finding.related is None else f"{said} [before]({RELATED})"


def _location(finding: Finding) -> JsonObject:
    """Code scanning takes nothing without a line: what has none is of the file, and shown at its head."""
    place = finding.place
    found: JsonObject = {"physicalLocation": _physical(place, _region(place, finding.end) or {"startLine": 1})}
    if place.pointer:
        found["logicalLocations"] = [{"fullyQualifiedName": safe(place.pointer), "kind": "member"}]
    return found


def _related(place: Place) -> JsonObject:
    return {"id": RELATED, "message": {"text": "the same in the earlier request"}, "physicalLocation": _physical(place)}


def _physical(place: Place, region: JsonObject | None = None) -> JsonObject:
    region = region or _region(place)
    return {"artifactLocation": _artifact(place.path), **({"region": region} if region else {})}


def _region(place: Place, end: Place | None = None) -> JsonObject:
    """The columns of a region end behind its last character, as ours do."""
    found = {"startLine": place.line, "startColumn": place.column}
    if end is not None:
        found |= {"endLine": end.line, "endColumn": end.column}
    return {name: number for name, number in found.items() if number is not None} if place.line is not None else {}


def _artifact(path: str) -> JsonObject:
    if PurePath(path).is_absolute():
        return {"uri": PurePath(path).as_uri()}
    return {"uri": quote(PurePath(path).as_posix(), safe="/", errors="surrogatepass"), "uriBaseId": ROOT}


def _suppression(suppressed: Suppressed) -> JsonObject:
    """No exception stands in the capture itself."""
    return {"kind": "external", "status": "accepted", "justification": safe(suppressed.reason)}


def _properties(finding: Finding) -> JsonObject:
    found: dict[str, Any] = {
        "lostTokens": finding.lost_tokens,
        "hint": None if finding.hint is None else safe(finding.hint),
        "container": finding.container,
        "model": finding.model,
        "pair": finding.pair,
        "conversation": finding.conversation,
    }
    return {name: value for name, value in found.items() if value is not None}
