from __future__ import annotations

from typing import Any

from promptlint.lint.spelling import meaning, spelled, without_markers

VALUE: dict[str, Any] = {"b": [{"text": "é", "cache_control": {"type": "ephemeral"}}], "a": 1}


def test_markers_are_left_out_at_any_depth() -> None:
    assert without_markers(VALUE) == {"b": [{"text": "é"}], "a": 1}
    assert "cache_control" in VALUE["b"][0]


def test_texts() -> None:
    assert spelled(VALUE) == '{"b": [{"text": "é"}], "a": 1}'
    assert meaning(VALUE) == '{"a": 1, "b": [{"text": "é"}]}'
