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
PARTS = 4  # tests that workers may share


def recorded(shared: Path, part: int) -> list[dict[str, Any]]:
    paths = sorted((shared / "golden").glob("*.json.gz"))
    assert len(paths) == 22
    return [json.loads(gzip.decompress(path.read_bytes())) for path in paths[part::PARTS]]


def answer(model: promptlint.Model, record: dict[str, Any], now: datetime) -> dict[str, Any]:
    keywords = dict(record["kwargs"])
    body = {"messages": record["messages"], "tools": keywords.pop("tools")}
    try:
        prompt = model.prompt(body, now=now, **keywords)
    except TemplateError as error:
        return {"error": {"type": error.kind, "message": str(error)[:600]}}
    return {"sha256": hashlib.sha256(prompt.text.encode()).hexdigest(), "ids": prompt.ids}


@pytest.mark.parametrize("part", range(PARTS))
def test_every_recorded_answer(part: int, shared: Path, data: Path) -> None:
    for file in recorded(shared, part):
        model = promptlint.load_model(data / "models" / file["model"], profile="transformers")
        now = datetime.fromisoformat(file["frozen_now"])
        for record in file["records"]:
            expected = {name: record[name] for name in ("error", "sha256", "ids") if name in record}
            assert answer(model, record, now) == expected, (file["model"], record["request"])
        model.close()
