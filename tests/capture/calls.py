"""The conversation that the tests of gateways, logs and traces write down in each format's own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from promptlint.capture import load
from promptlint.model import Capture, Request
from promptlint.positions import place

TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "look", "description": "Look.", "parameters": {"type": "object", "properties": {}}},
}
CALL: dict[str, Any] = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at":"src"}'}}
MESSAGES: list[dict[str, Any]] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": 'say "hi"'},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "a.py"},
]
BODY: dict[str, Any] = {"model": "m", "messages": MESSAGES, "tools": [TOOL]}


def loaded(folder: Path, *records: Any) -> Capture:
    """What a file holds that has each of the records on a line of its own; text is written as it is."""
    path = folder / "capture"
    lines = [one if isinstance(one, str) else json.dumps(one) for one in records]
    path.write_text("\n".join(lines), encoding="utf-8")
    return load(str(path))


def text_at(request: Request, pointer: str, offset: int | None = None) -> str:
    """What stands in the file at a place of the body; the place has to be exact."""
    found = place(request, pointer, offset)
    assert found.exact
    line = Path(request.path).read_text(encoding="utf-8").splitlines()[(found.line or 0) - 1]
    return line[(found.column or 0) - 1 :]
