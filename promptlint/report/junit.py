"""JUnit XML, as test reports of CI services read it: a suite for each file, a case for each request and rule.

A case fails where it fails the run; what else was found is in the output of its case. A request without any finding
is a case that passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO
from xml.etree import ElementTree

from promptlint.model import Finding, Report
from promptlint.report import PLAIN, View
from promptlint.report.concise import position
from promptlint.report.hidden import hidden_reason
from promptlint.terminal import harmless, safe

NO_RULE = "no finding"
NOT_SHOWN = "findings that are not shown"


def write(report: Report, stream: TextIO, view: View = PLAIN) -> None:
    """Write the suites, with the numbers of cases and failures that readers expect."""
    root = ElementTree.Element("testsuites", name="promptlint")
    suites = [_suite(root, report, path, view) for path in _paths(report)]
    hidden = hidden_reason(report, view)
    if hidden:
        suites.append(_hidden(root, hidden))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    stream.write(f'<?xml version="1.0" encoding="utf-8"?>\n{harmless(text)}\n')


def _paths(report: Report) -> list[str]:
    """Every file with a request or a finding, in the order of the report."""
    named = [one.path for one in report.inputs if one.requests]
    return list(dict.fromkeys([*named, *(one.place.path for one in report.findings)]))


def _suite(root: ElementTree.Element, report: Report, path: str, view: View) -> ElementTree.Element:
    suite = ElementTree.SubElement(root, "testsuite", name=_text(path))
    for name, findings in _cases(report, path):
        _case(suite, path, name, findings, view)
    _count(suite)
    return suite


def _hidden(root: ElementTree.Element, reason: str) -> ElementTree.Element:
    suite = ElementTree.SubElement(root, "testsuite", name="promptlint")
    case = ElementTree.SubElement(suite, "testcase", classname="promptlint", name=NOT_SHOWN, time="0")
    ElementTree.SubElement(case, "failure", message=reason, type=NOT_SHOWN).text = reason
    _count(suite)
    return suite


def _count(suite: ElementTree.Element) -> None:
    count = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    for name, kind in {**count, "skipped": "testcase/skipped"}.items():
        suite.set(name, str(len(suite.findall(kind))))


def _cases(report: Report, path: str) -> Iterator[tuple[str, Sequence[Finding]]]:
    """The name of each case, with what was found: by request, and by rule."""
    found: dict[str, list[Finding]] = {}
    for one in (one for one in report.findings if one.place.path == path):
        found.setdefault(_name(report, one), []).append(one)
    faulty = {one.request for one in report.findings if one.place.path == path}
    for number, summary in enumerate(report.requests):
        if summary.request.path == path and number not in faulty:
            found[_named(_request(report, number), NO_RULE)] = []
    yield from found.items()


def _name(report: Report, finding: Finding) -> str:
    return _named("" if finding.request is None else _request(report, finding.request), finding.rule)


def _named(request: str, rule: str) -> str:
    return f"{request}: {rule}" if request else rule


def _request(report: Report, number: int) -> str:
    """Which request of its file, where that holds several."""
    request = report.requests[number].request
    return f"request {request.number}" if request.siblings > 1 else ""


def _case(suite: ElementTree.Element, path: str, name: str, findings: Sequence[Finding], view: View) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=_text(path), name=_text(name), time="0")
    failing = [one for one in findings if view.fails(one)]
    if failing:
        failure = ElementTree.SubElement(case, "failure", message=_text(failing[0].message), type=failing[0].code)
        failure.text = "\n".join(map(_told, failing))
    elif findings and all(one.suppressed is not None for one in findings):
        reason = findings[0].suppressed.reason if findings[0].suppressed is not None else ""
        ElementTree.SubElement(case, "skipped", message=_text(reason))
    others = [one for one in findings if one not in failing]
    if others:
        ElementTree.SubElement(case, "system-out").text = "\n".join(map(_told, others))


def _told(finding: Finding) -> str:
    lines = [f"{position(finding.place)}: {finding.severity}: {finding.code} {finding.rule}: {finding.message}"]
    if finding.related is not None:
        lines.append(f"before: {position(finding.related)}")
    lines += [f"hint: {finding.hint}"] if finding.hint else []
    if finding.suppressed is not None:
        lines.append(f"known: {finding.suppressed.reason.removeprefix('known: ')}")  # a baseline's begins so
    return "\n".join(map(_text, lines))


def _text(text: str) -> str:
    """Text that XML can hold: what it forbids cannot be printed either, and is shown escaped."""
    return safe(text)
