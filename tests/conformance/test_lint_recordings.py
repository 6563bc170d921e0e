"""Real recordings: no alarm on a conversation that only grew, and each error that there is was looked at by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import promptlint
from promptlint import pipeline
from promptlint.errors import NoRequestError
from promptlint.model import Report
from tests.test_corpus import KeptOpen, models

__all__ = ["models"]  # a fixture
pytestmark = pytest.mark.conformance
# All true: lists of tools in no order, tools that came, went or are all gone in the last step, agents that hand over to
# another one with its own prompt and tools, system prompts replaced or extended on purpose (in the middle of Cohere's
# messages too), arguments that are no JSON, a test that edits its history (KV403, KV405), and answers asked for in
# another format, with another choice of tools or with another budget of thought.
TRUE = {
    "KV109": 7,
    "KV201": 1,
    "KV301": 18,
    "KV303": 13,
    "KV304": 2,
    "KV310": 1,
    "KV403": 1,
    "KV405": 1,
    "KV602": 7,
}
FIVE_NAMED = {"KV101", "KV108", "KV201", "KV301", "KV306"}


def reports(data: Path) -> Iterator[Report]:
    for line in (data / "recordings" / "INDEX.jsonl").read_text(encoding="utf-8").splitlines():
        path = data / "recordings" / json.loads(line)["path"]
        try:
            yield promptlint.check([str(path)], model="builtin", ignore=["KV0"])
        except NoRequestError:
            continue


def test_recordings(data: Path, models: KeptOpen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "Models", lambda _options: models)
    errors: Counter[str] = Counter()
    requests = pairs = 0
    for report in reports(data):
        requests, pairs = requests + len(report.requests), pairs + len(report.pairs)
        for one in report.findings:
            if one.severity == "error":
                errors[one.code] += 1
                grew = one.pair is not None and report.pairs[one.pair].json != "changed"
                assert not grew or one.code in FIVE_NAMED, (one.code, one.place)
    assert errors == TRUE
    assert (requests, pairs) == (614, 256)
