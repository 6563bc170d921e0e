"""Every recorded answer of an engine is what the predictor says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance.replay import replay, replayed

ANSWERS = {"vllm.jsonl": 200, "sglang.jsonl": 165, "llamacpp.jsonl": 600, "llamacpp-server.jsonl.xz": 1685}


@pytest.mark.usefixtures("data")  # the templates tell where user messages begin
@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_is_predicted(name: str, shared: Path) -> None:
    lines = list(replayed(shared / "truth" / name))
    assert [line for line in lines if line[1] != line[2]] == []
    assert len(lines) == ANSWERS[name]


def test_a_file_is_known_by_its_lines(tmp_path: Path) -> None:
    line = {"engine": "vllm", "block_size": 16, "eagle": False, "len_a": 40, "len_b": 50, "lcp": 33, "cached": 32}
    path = tmp_path / "held-back.jsonl"
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert list(replay(path)) == [(32, 32)]
