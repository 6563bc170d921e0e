"""Rule files for tests, written whole or with something changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

BODY: dict[str, Any] = {"model": "example", "messages": [{"role": "user", "content": "Ship it now."}]}
RULE: dict[str, Any] = {
    "code": "KV901",
    "name": "no-shipping",
    "summary": "Nobody ships from here.",
    "severity": "warning",
    "scope": "request",
    "given": "#user-text",
    "then": {"function": "pattern", "options": {"not-match": "(?i)ship it"}},
    "message": "says {text!r}",
    "why": "Shipping is done elsewhere.",
    "instead": "Ask the shipping agent. It knows how.",
    "cases": {
        "valid": [{"name": "another word", "request": {"system": "Be short.", "user": "Shipment 4 is here."}}],
        "invalid": [{"name": "the word", "request": BODY, "found": [{"text": "Ship it"}]}],
    },
}
PYTHON = """
from promptlint.lint.rule import Hit, Span

def check(context, options):
    for number, message in enumerate(context.messages):
        if message.get("content") == "Ship it now.":
            yield Hit(Span(f"/messages/{number}/content"), message["content"])
"""


def write(folder: Path, stem: str = "no-shipping", python: str | None = None, **changes: Any) -> Path:
    """A rule file in a folder; a change of None leaves a key out, `python` is the text of its Python file."""
    values = {key: value for key, value in {**RULE, **changes}.items() if value is not None}
    path = folder / f"{stem}.yaml"
    path.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    if python is not None:
        path.with_suffix(".py").write_text(python, encoding="utf-8")
    return path
