"""Text, ids and errors are those that transformers 5.23 answered, for every recorded request on every model."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.errors import TemplateError

pytestmark = pytest.mark.conformance
MODELS = 22


def recorded(shared: Path) -> list[dict[str, Any]]:
    return [json.loads(gzip.decompress(path.read_bytes())) for path in sorted((shared / "golden").glob("*.json.gz"))]


def answer(model: promptlint.Model, record: dict[str, Any], now: datetime) -> dict[str, Any]:
    keywords = dict(record["kwargs"])
    body = {"messages": record["messages"], "tools": keywords.pop("tools")}
    try:
        prompt = model.prompt(body, now=now, **keywords)
    except TemplateError as error:
        return {"error": {"type": error.kind, "message": str(error)[:600]}}
    return {"sha256": hashlib.sha256(prompt.text.encode()).hexdigest(), "ids": prompt.ids}


def test_every_recorded_answer(shared: Path, data: Path) -> None:
    files = recorded(shared)
    assert len(files) == MODELS
    for file in files:
        model = promptlint.load_model(data / "models" / file["model"], profile="transformers")
        now = datetime.fromisoformat(file["frozen_now"])
        for record in file["records"]:
            expected = {name: record[name] for name in ("error", "sha256", "ids") if name in record}
            assert answer(model, record, now) == expected, (file["model"], record["request"])
        model.close()
