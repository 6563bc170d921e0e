"""promptlint-report/1: the report for scripts. A key that is not known is null, never missing."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TextIO

from promptlint import __version__
from promptlint.cost import Cause, Cost, Reuse
from promptlint.model import (
    Capture,
    Conversation,
    Difference,
    Divergence,
    Finding,
    JsonObject,
    Pair,
    Place,
    Report,
    RequestSummary,
    Side,
)
from promptlint.report import PLAIN, View
from promptlint.report.totals import lost_tokens
from promptlint.terminal import COMMAND_INSIDE

SCHEMA = "promptlint-report/1"
DECIMALS = 4  # of shares and seconds
MONEY_DECIMALS = 8


def write(report: Report, stream: TextIO, _view: View = PLAIN) -> None:
    """Write the document."""
    stream.write(json_text(document(report)))


def json_text(value: JsonObject | list[JsonObject]) -> str:
    """JSON in ASCII, so that nothing in it moves a cursor; `##[` and its like are orders to CI services."""
    text = json.dumps(value, indent=2, allow_nan=False)
    return COMMAND_INSIDE.sub(r"\\u0023", text) + "\n"


def document(report: Report) -> JsonObject:
    """The report as plain values, ready for json.dumps."""
    return {
        "schema": SCHEMA,
        "version": __version__,
        "inputs": [_input(capture) for capture in report.inputs],
        "conversations": [_conversation(number, found) for number, found in enumerate(report.conversations)],
        "requests": [_request(number, summary) for number, summary in enumerate(report.requests)],
        "pairs": [_pair(pair) for pair in report.pairs],
        "findings": [_finding(finding) for finding in report.findings],
        "summary": _summary(report),
    }


def _input(capture: Capture) -> JsonObject:
    dialects = {request.dialect for request in capture.requests}
    return {
        "path": capture.path,
        "format": capture.format,
        "dialect": dialects.pop() if len(dialects) == 1 else None,  # a recording can mix APIs
        "requests": len(capture.requests),
        "skipped": [{"pointer": skipped.pointer, "reason": skipped.reason} for skipped in capture.skipped],
    }


def _conversation(number: int, conversation: Conversation) -> JsonObject:
    return {
        "id": number,
        "requests": list(conversation.requests),
        "source": conversation.source,
        "steps": [asdict(step) for step in conversation.steps],
    }


def _request(number: int, summary: RequestSummary) -> JsonObject:
    request, tokenizer = summary.request, summary.tokenizer
    return {
        "id": number,
        "path": request.path,
        "container": request.container,
        "line": summary.line,
        "dialect": request.dialect,
        "model": request.model,
        "tokens": summary.tokens,
        "tokenizer": {"reference": tokenizer.reference, "exact": tokenizer.exact, "profile": tokenizer.profile},
        "observed_cached_tokens": request.observed_cached_tokens,
    }


def _pair(pair: Pair) -> JsonObject:
    return {
        "before": pair.before,
        "after": pair.after,
        "conversation": pair.conversation,
        "before_tokens": pair.before_tokens,
        "after_tokens": pair.after_tokens,
        "common_prefix_tokens": pair.common_prefix_tokens,
        "lost_tokens": pair.lost_tokens,
        "reusable_tokens": pair.reusable_tokens,
        "kept": _rounded(pair.kept),
        "similarity": _rounded(pair.similarity),
        "status": pair.status,
        "json": pair.json,
        "differences": [_difference(difference) for difference in pair.differences],
        "limits": list(pair.limits),
        "divergence": None if pair.divergence is None else _divergence(pair.divergence),
        "causes": [_cause(one) for one in pair.causes],
        "reuse": [_reuse(one) for one in pair.reuse],
        **_cost(pair.cost),
    }


def _cause(cause: Cause) -> JsonObject:
    return {
        "rule": cause.rule,
        "code": cause.code,
        "pointer": cause.pointer,
        "where": cause.where,
        "lost_tokens": cause.lost_tokens,
        "reusable_tokens": cause.reusable_tokens,
        "remaining_tokens": cause.remaining_tokens,
        "before": _plain(cause.before),
        "after": _plain(cause.after),
        "sentence": cause.sentence,
    }


def _reuse(reuse: Reuse) -> JsonObject:
    return {
        "engine": reuse.engine,
        "model": reuse.model,
        "before_tokens": reuse.before_tokens,
        "after_tokens": reuse.after_tokens,
        "common_prefix_tokens": reuse.common_prefix_tokens,
        "reused_tokens": reuse.low,
        "range": None if reuse.low is None else [reuse.low, reuse.high],
        "recomputed_tokens": reuse.recomputed,
        "note": reuse.note,
        **_cost(reuse.cost),
        "dollars": _rounded(reuse.cost.dollars, MONEY_DECIMALS),
    }


def _cost(cost: Cost) -> JsonObject:
    return {"seconds": _rounded(cost.seconds), "assumption": cost.assumption}


def _rounded(number: float | None, decimals: int = DECIMALS) -> float | None:
    return None if number is None else round(number, decimals)


def _difference(difference: Difference) -> JsonObject:
    return {
        "pointer": difference.pointer,
        "kind": difference.kind,
        "before": _plain(difference.before),
        "after": _plain(difference.after),
    }


def _divergence(divergence: Divergence) -> JsonObject:
    return {
        "token": divergence.token,
        "exact": divergence.exact,
        "region": divergence.region,
        "before": _side(divergence.before),
        "after": _side(divergence.after),
    }


def _side(side: Side) -> JsonObject:
    return {**_place(side.place), "text": side.text}


def _place(place: Place) -> JsonObject:
    return {"path": place.path, "pointer": place.pointer, "line": place.line, "column": place.column}


def _finding(finding: Finding) -> JsonObject:
    return {
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint,
        "url": finding.url,
        "path": finding.place.path,
        "container": finding.container,
        "pointer": finding.place.pointer,
        "line": finding.place.line,
        "column": finding.place.column,
        "end_line": None if finding.end is None else finding.end.line,
        "end_column": None if finding.end is None else finding.end.column,
        "request": finding.request,
        "pair": finding.pair,
        "conversation": finding.conversation,
        "model": finding.model,
        "related": None if finding.related is None else _place(finding.related),
        "lost_tokens": finding.lost_tokens,
        "fingerprint": finding.fingerprint,
        "suppressed": None
        if finding.suppressed is None
        else {"by": finding.suppressed.by, "reason": finding.suppressed.reason},
    }


def _summary(report: Report) -> JsonObject:
    severities = Counter(finding.severity for finding in report.active)
    return {
        "requests": len(report.requests),
        "pairs": len(report.pairs),
        "broken": sum(pair.status == "broken" for pair in report.pairs),
        "errors": severities["error"],
        "warnings": severities["warning"],
        "infos": severities["info"],
        "suppressed": len(report.findings) - len(report.active),
        "lost_tokens": lost_tokens(report),
        "passed_over": report.passed_over,
        **_cost(report.cost),
    }


def _plain(value: Any) -> Any:
    """A captured value as JSON has it: Python reads NaN and Infinity in a request, strict readers do not."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
