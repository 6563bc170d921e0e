"""SARIF as the standard's own schema has it: the reports on this repository's cases."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint import report as formats
from promptlint.model import Place, Report, Suppressed

jsonschema = pytest.importorskip("jsonschema", reason="only the development group has it")

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture(scope="module")
def schema(shared: Path) -> Any:
    path = shared / "schemas" / "sarif-schema-2.1.0.json"
    if not path.exists():
        pytest.skip("the schema of SARIF is not there")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def session() -> Report:
    return promptlint.check([CASES / "check-session" / "golden"], model="builtin")


def errors(schema: Any, report: Report) -> list[str]:
    stream = io.StringIO()
    formats.write("sarif", report, stream)
    checker = jsonschema.validators.validator_for(schema)
    found = checker(schema, format_checker=checker.FORMAT_CHECKER).iter_errors(json.loads(stream.getvalue()))
    return [one.message for one in found]


def test_a_session_is_valid(schema: Any, session: Report) -> None:
    assert session.findings
    assert errors(schema, session) == []


def test_what_is_known_or_has_no_line_is_valid(schema: Any, session: Report) -> None:
    first, second, *rest = session.findings
    known = replace(first, suppressed=Suppressed("baseline", "known"))
    lost = replace(second, place=Place("a b.jinja", "", None, None), end=None, related=None)
    assert errors(schema, replace(session, findings=(known, lost, *rest))) == []


def test_a_run_without_findings_is_valid(schema: Any, session: Report) -> None:
    assert errors(schema, replace(session, findings=(), rules=())) == []


def test_the_schema_notices_what_is_wrong(schema: Any, session: Report) -> None:
    place = replace(session.findings[0].place, line=0)
    assert errors(schema, replace(session, findings=(replace(session.findings[0], place=place),)))
