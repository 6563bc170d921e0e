"""The corpus: faults as public reports describe them and healthy look-alikes, written without the rules in view."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

import promptlint
from promptlint import dialect, pipeline
from promptlint.comparison.structure import json_relation
from promptlint.lint import catalogue
from promptlint.model import Chat, Finding, Report, Request
from promptlint.model_choice import Models
from promptlint.options import Options

FOLDER = Path(__file__).parent / "corpus"
RANK = {"info": 0, "warning": 1, "error": 2}
KEYS = {"name", "kind", "report", "rules", "place", "requests", "severity", "relation"}
Case = dict[str, Any]


def cases() -> list[Case]:
    """Every case; an item with the one key `shared` only carries anchors for the others."""
    items = [item for path in sorted(FOLDER.glob("*.yaml")) for item in yaml.safe_load(path.read_text("utf-8"))]
    return [item for item in items if item.keys() != {"shared"}]


CASES = cases()
KNOWN = set(catalogue.load())
EACH_CASE = pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])


def write(case: Case, folder: Path) -> None:
    """A pair as two files, a session as one JSONL, a single request as one file."""
    name, bodies = case["name"], [json.dumps(body, ensure_ascii=False) for body in case["requests"]]
    files = {f"{name}.jsonl": "".join(f"{body}\n" for body in bodies)}
    if len(bodies) == 1:
        files = {f"{name}.json": bodies[0]}
    elif len(bodies) == 2:
        files = {f"{name}.before.json": bodies[0], f"{name}.after.json": bodies[1]}
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")


def chat(body: dict[str, Any]) -> Chat:
    """The chat form of a body whose dialect is sniffed, as a file without a URL has it."""
    name = dialect.sniff(body, None)
    assert name is not None
    return dialect.chat(Request("-", None, "json", name, body.get("model"), body))


def value_at(body: Any, pointer: str) -> Any:
    """The value at a JSON pointer."""
    for step in pointer.split("/")[1:]:
        body = body[int(step)] if isinstance(body, list) else body[step]
    return body


def relations(case: Case) -> set[str]:
    """How each request of a case relates to the one before it."""
    chats = [chat(body) for body in case["requests"]]
    return {json_relation(before, after) for before, after in pairwise(chats)}


def test_the_corpus_is_whole() -> None:
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)
    assert {key for case in CASES for key in case} <= KEYS
    kinds = [case["kind"] for case in CASES]
    assert kinds.count("broken") >= 70
    assert kinds.count("healthy") >= 45
    dialects = {dialect.sniff(body, None) for case in CASES for body in case["requests"]}
    assert dialects == set(dialect.DIALECTS)


@EACH_CASE
def test_a_case_says_what_it_means(case: Case) -> None:
    assert bool(case.get("rules")) == (case["kind"] == "broken")
    assert set(case.get("rules", ())) <= KNOWN
    for body in case["requests"]:
        chat(body)
    place = case.get("place")
    if place is not None:
        value = value_at(case["requests"][place["request"]], place["pointer"])
        assert place.get("text", "") in value if isinstance(value, str) else "text" not in place
        if len(case["requests"]) == 2 and "text" in place:  # what differs is not in `before`
            assert place["text"] not in json.dumps(case["requests"][0], ensure_ascii=False)


def expected_relation(case: Case) -> str | None:
    """What a case says of itself; a pair that says nothing grows if it is healthy and was changed if it is not."""
    usual = {"healthy": "extension", "broken": "changed"} if len(case["requests"]) == 2 else {}
    return case.get("relation", usual.get(case["kind"]))


@EACH_CASE
def test_requests_of_a_case_relate_as_meant(case: Case) -> None:
    expected = expected_relation(case)
    if expected is not None:
        assert relations(case) == {expected}


class KeptOpen(Models):
    """Models that stay open from one check to the next: what takes time in a short one is to start a process."""

    def close(self) -> None:
        """Left to `end`."""

    def end(self) -> None:
        """Free the processes."""
        super().close()


@pytest.fixture(scope="module")
def models() -> Iterator[KeptOpen]:
    kept = KeptOpen(Options(model="builtin"))
    yield kept
    kept.end()


@EACH_CASE
def test_check(case: Case, tmp_path: Path, models: KeptOpen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "Models", lambda _options: models)
    write(case, tmp_path)
    report = promptlint.check([str(tmp_path)], model="builtin")
    if case["kind"] == "healthy":
        assert [(found.code, found.message) for found in report.findings if found.severity == "error"] == []
        return
    least = RANK[case.get("severity", "error")]
    found = [one for one in report.findings if one.code in case["rules"] and RANK[one.severity] >= least]
    assert found, [(one.code, one.severity, one.place.pointer) for one in report.findings]
    if "place" in case:
        assert case["place"]["pointer"] in pointers(case, report, found)


def pointers(case: Case, report: Report, found: list[Finding]) -> set[str]:
    """Where the rule that the case is about was found, and where its pair diverges."""
    divergences = {pair.divergence.after.place.pointer for pair in report.pairs if pair.divergence is not None}
    return {one.place.pointer for one in found if one.code == case["rules"][0]} | divergences
