"""The five public reports that this project answers: each of their faults is shown by a case, and found by its rule."""

from __future__ import annotations

from pathlib import Path

import pytest

import promptlint
from promptlint import pipeline
from tests.test_corpus import CASES, RANK, Case, KeptOpen, models, write

__all__ = ["models"]  # a fixture

HERMES_4319, HERMES_18547, HERMES_4555 = (f"NousResearch/hermes-agent#{number}" for number in (4319, 18547, 4555))
PICOCLAW, NETCLAW = "sipeed/picoclaw", "netclaw-dev/netclaw#608"
# Report → the rules of its faults. What a session shows as a whole (rebuilt every turn, side requests) comes later.
FAULTS = {
    HERMES_4319: ("KV109", "KV108", "KV105"),
    HERMES_18547: ("KV101", "KV103", "KV109"),
    PICOCLAW: ("KV101", "KV108", "KV109", "KV301", "KV302", "KV202", "KV201"),
    NETCLAW: ("KV105", "KV108", "KV101", "KV106", "KV604"),
    HERMES_4555: ("KV306", "KV204", "KV401", "KV402", "KV403", "KV404", "KV203", "KV405"),
}
ROWS = [(report, code) for report, codes in FAULTS.items() for code in codes]


def about(report: str, code: str) -> list[Case]:
    return [case for case in CASES if (case.get("report") or "").startswith(report) and code in case.get("rules", ())]


@pytest.mark.parametrize(("report", "code"), ROWS)
def test_the_fault_is_found_by_its_rule(
    report: str, code: str, tmp_path: Path, models: KeptOpen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "Models", lambda _options: models)
    found = []
    for number, case in enumerate(about(report, code)):
        folder = tmp_path / str(number)
        folder.mkdir()
        write(case, folder)
        least = RANK[case.get("severity", "error")]
        findings = promptlint.check([str(folder)], model="builtin").findings
        found += [one for one in findings if one.code == code and RANK[one.severity] >= least]
    assert found


def test_a_snapshot_that_is_frozen_is_no_error(
    tmp_path: Path, models: KeptOpen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "Models", lambda _options: models)
    (case,) = (one for one in CASES if one["name"] == "hermes-18547-a-frozen-snapshot-with-its-meter")
    write(case, tmp_path)
    report = promptlint.check([str(tmp_path)], model="builtin")
    assert [(one.code, one.severity) for one in report.findings] == [("KV103", "warning")]
