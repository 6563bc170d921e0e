"""What the page's script shows: the report as plain values, made safe to look at, and cut to what a page can hold."""

from __future__ import annotations

from promptlint.model import (
    Capture,
    Finding,
    JsonObject,
    Report,
    RequestSummary,
    Skipped,
    Suppressed,
    TokenizerUse,
)
from promptlint.report.concise import position
from promptlint.report.page.pair_data import PAIRS_IN_PART, pairs_data
from promptlint.report.page.rules import rules_data
from promptlint.report.page.shown import name_of, optional, sentence
from promptlint.report.page.turns import turns_data
from promptlint.report.regions import REGIONS
from promptlint.terminal import safe
from promptlint.usual import SEVERITIES

MOST_SKIPPED = 20  # of a file
MOST_INPUTS = 500
MOST_FINDINGS = 5_000


def page_data(report: Report) -> JsonObject:
    """What the page's script reads when it starts; every text in it is safe to show."""
    uses = {use: at for at, use in enumerate(dict.fromkeys(summary.tokenizer for summary in report.requests))}
    findings = shown_findings(report)
    return {
        "command": report.command,
        "tokenizers": [_tokenizer(use) for use in uses],
        "requests": [_request(summary, uses[summary.tokenizer]) for summary in report.requests],
        "conversations": [
            {"source": conversation.source, "turns": turns}
            for conversation, turns in zip(report.conversations, turns_data(report), strict=True)
        ],
        "pairs": pairs_data(report.pairs),
        "pairs_in_part": PAIRS_IN_PART,
        "findings": [_finding(number, finding) for number, finding in findings],
        "inputs": [_input(one) for one in report.inputs[:MOST_INPUTS]],
        "passed_over": report.passed_over,
        "regions": REGIONS,
        "rules": rules_data(report.rules),
        "left_out": {
            "findings": len(report.findings) - len(findings),
            "inputs": max(0, len(report.inputs) - MOST_INPUTS),
        },
    }


def shown_findings(report: Report) -> list[tuple[int, Finding]]:
    """The findings that a page holds, with their numbers in the report: all, or the severest of very many."""
    numbered = list(enumerate(report.findings))
    if len(numbered) > MOST_FINDINGS:
        numbered.sort(key=lambda one: (one[1].suppressed is not None, SEVERITIES.index(one[1].severity), one[0]))
    return sorted(numbered[:MOST_FINDINGS], key=lambda one: one[0])


def _tokenizer(use: TokenizerUse) -> JsonObject:
    return {"reference": safe(use.reference), "exact": use.exact, "profile": safe(use.profile)}


def _request(summary: RequestSummary, tokenizer: int) -> JsonObject:
    request = summary.request
    return {
        "path": safe(request.path),
        "name": name_of(summary),
        "container": optional(request.container),
        "line": summary.line,
        "dialect": safe(request.dialect),
        "format": safe(request.format),
        "model": optional(request.model),
        "tokenizer": tokenizer,
        "observed": request.observed_cached_tokens,
    }


def _finding(number: int, finding: Finding) -> JsonObject:
    place = finding.place
    return {
        "id": number,
        "code": safe(finding.code),
        "rule": safe(finding.rule),
        "severity": finding.severity,
        "message": sentence(finding.message),
        "hint": optional(finding.hint),
        "path": safe(place.path),
        "position": position(place),
        "pointer": safe(place.pointer),
        "at": ":".join(str(part) for part in (place.line, place.column) if part is not None),
        "related": None if finding.related is None else position(finding.related),
        "request": finding.request,
        "pair": finding.pair,
        "also": list(finding.sums_up),
        "lost": finding.lost_tokens,
        "url": optional(finding.url),
        "suppressed": None if finding.suppressed is None else _suppressed(finding.suppressed),
    }


def _suppressed(suppressed: Suppressed) -> JsonObject:
    return {"by": suppressed.by, "reason": sentence(suppressed.reason)}


def _input(capture: Capture) -> JsonObject:
    return {
        "path": safe(capture.path),
        "format": safe(capture.format),
        "requests": len(capture.requests),
        "skipped": [_skipped(one) for one in capture.skipped[:MOST_SKIPPED]],
        "more_skipped": max(0, len(capture.skipped) - MOST_SKIPPED),
    }


def _skipped(one: Skipped) -> str:
    return f"{safe(one.pointer)} {sentence(one.reason)}".strip()
