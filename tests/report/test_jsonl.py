from __future__ import annotations

import io
import json

from promptlint.report.json_report import document
from promptlint.report.jsonl import write
from tests.report import example


def test_every_line_says_what_it_is_and_together_they_are_the_document() -> None:
    stream = io.StringIO()
    write(example.report(), stream)
    lines = stream.getvalue().splitlines()
    records = [json.loads(line) for line in lines]
    types = [one.pop("type") for one in records]
    whole = document(example.report())
    assert types == [
        "report", "input", "input", "conversation", "request", "request", "pair", "finding", "summary"
    ]  # fmt: skip  # laid out by hand, to be read as a table
    assert records[0] == {"schema": whole["schema"], "version": whole["version"]}
    assert records[6:] == [*whole["pairs"], *whole["findings"], whole["summary"]]
    assert all(line.isascii() for line in lines)
