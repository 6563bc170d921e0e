"""A working folder of its own with one good capture in it, whose only finding must come through whatever is beside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

CLOCK = "You are the baker's clerk. It is 2026-03-04 05:06:07."
BODY = {"model": "m", "messages": [{"role": "system", "content": CLOCK}, {"role": "user", "content": "Open?"}]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "good.json").write_text(json.dumps(BODY), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
