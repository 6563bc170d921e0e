"""A report without prompt text, for places that others can read. Every format gets it so; none has to think of it.

Paths, models, reasons of the config and names stay. What is made of requests is built anew here, field by field: what
a later version adds to a request is not in it until somebody puts it there.

The marks of a report are made with a key, because who guesses a short text could hash it and compare. The key is made
of the prompts themselves: nobody else has them, and the same requests have the same report.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass, replace
from typing import Any

from promptlint.cost import Cause
from promptlint.model import (
    Capture,
    Difference,
    Divergence,
    Finding,
    Pair,
    Place,
    Report,
    Request,
    RequestSummary,
    Side,
    Skipped,
)
from promptlint.redaction import Redacted, keyed, mark, names, sentence


def redacted(report: Report) -> Report:
    """The report with a hash and a length in place of every piece of prompt text."""
    key = _key(report)
    return replace(
        report,
        inputs=_keyed(tuple(_input(one) for one in report.inputs), key),
        requests=_keyed(tuple(_summary(one) for one in report.requests), key),
        pairs=_keyed(tuple(_pair(one) for one in report.pairs), key),
        findings=_keyed(tuple(_finding(one) for one in report.findings), key),
    )


def _key(report: Report) -> bytes:
    """Of the first and the last body; without any, of what the findings say."""
    bodies = [one.request.body for one in (*report.requests[:1], *report.requests[-1:])]
    secret: list[Any] = [*bodies] if any(bodies) else [one.message for one in report.findings]
    return hashlib.sha256(json.dumps(secret, default=str).encode()).digest()


def _keyed(value: Any, key: bytes) -> Any:
    """The value with the marks of this report in all of its texts; the names of files are what they are."""
    if isinstance(value, str):
        return keyed(value, key) if "<" in value or "…" in value else value
    if isinstance(value, tuple):
        return tuple(_keyed(one, key) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    given = {one.name: getattr(value, one.name) for one in fields(value) if one.name != "path"}
    found = {name: _keyed(one, key) for name, one in given.items()}
    changed = {name: one for name, one in found.items() if one is not given[name]}
    return replace(value, **changed) if changed else value


def _input(capture: Capture) -> Capture:
    return replace(
        capture,
        requests=tuple(_request(one) for one in capture.requests),
        skipped=tuple(_skipped(one) for one in capture.skipped),
    )


def _skipped(one: Skipped) -> Skipped:
    return Skipped(names(one.pointer), sentence(one.reason), None if one.place is None else _place(one.place))


def _request(request: Request) -> Request:
    return Request(
        path=request.path,
        container=_names(request.container),
        format=request.format,
        dialect=request.dialect,
        model=request.model,
        body={},
        observed_cached_tokens=request.observed_cached_tokens,
        number=request.number,
        siblings=request.siblings,
    )


def _names(pointer: str | None) -> str | None:
    return None if pointer is None else names(pointer)


def _summary(summary: RequestSummary) -> RequestSummary:
    return replace(summary, request=_request(summary.request))


def _place(place: Place) -> Place:
    return replace(place, pointer=names(place.pointer))


def _pair(pair: Pair) -> Pair:
    return replace(
        pair,
        divergence=None if pair.divergence is None else _divergence(pair.divergence),
        differences=tuple(_difference(one) for one in pair.differences),
        limits=tuple(sentence(one) for one in pair.limits),
        causes=tuple(_cause(one) for one in pair.causes),
    )


def _divergence(divergence: Divergence) -> Divergence:
    return replace(divergence, before=_side(divergence.before), after=_side(divergence.after))


def _side(side: Side) -> Side:
    return Side(_place(side.place), "", mark(side.text), mark(side.token_text) if side.token_text else "")


def _difference(one: Difference) -> Difference:
    return replace(one, pointer=names(one.pointer), before=_value(one.before), after=_value(one.after))


def _value(value: Any) -> Any:
    """What stood there; None is nothing."""
    if value is None:
        return None
    return mark(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


def _cause(cause: Cause) -> Cause:
    return replace(
        cause,
        pointer=names(cause.pointer),
        where=cause.redacted_where or mark(cause.where),
        sentence=cause.redacted_sentence,
        before=_value(cause.before),
        after=_value(cause.after),
    )


def _finding(finding: Finding) -> Finding:
    shown = finding.redacted or Redacted(mark(finding.message))
    return replace(
        finding,
        message=shown.message,
        hint=shown.hint,
        place=_place(finding.place),
        end=None if finding.end is None else _place(finding.end),
        related=None if finding.related is None else _place(finding.related),
        container=_names(finding.container),
        identity="",
    )
