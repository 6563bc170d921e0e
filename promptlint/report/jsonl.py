"""The report as lines of JSON: what is known of the document first, then records that say their type, the sum last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

from promptlint.model import JsonObject, Report
from promptlint.report import PLAIN, View
from promptlint.report.json_report import document
from promptlint.terminal import COMMAND_INSIDE

LISTS = {
    "inputs": "input",
    "conversations": "conversation",
    "requests": "request",
    "pairs": "pair",
    "findings": "finding",
}


def write(report: Report, stream: TextIO, _view: View = PLAIN) -> None:
    """Write one object a line, in ASCII."""
    for record in _records(document(report)):
        line = json.dumps(record, allow_nan=False)
        stream.write(COMMAND_INSIDE.sub(r"\\u0023", line) + "\n")


def _records(found: JsonObject) -> Iterator[JsonObject]:
    yield {"type": "report", "schema": found["schema"], "version": found["version"]}
    for name, kind in LISTS.items():
        yield from ({"type": kind, **one} for one in found[name])
    yield {"type": "summary", **found["summary"]}
