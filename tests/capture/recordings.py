"""What the tests of the recorders have in common: one conversation, and files to load it from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from promptlint.capture import load, load_bytes
from promptlint.model import Capture

BODY: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "wo ist der Bär?"}]}
TEXT = json.dumps(BODY, ensure_ascii=False)
ANSWER: dict[str, Any] = {"choices": [], "usage": {"prompt_tokens_details": {"cached_tokens": 7}}}
ANSWER_TEXT = json.dumps(ANSWER)
URL = "https://api.example.org/v1/chat/completions"
DATE = "Tue, 04 Aug 2026 07:45:31 GMT"
RECORDED = "2026-08-04 07:45:31+00:00"


def loaded(data: Any) -> Capture:
    """The capture of a document, read as JSON."""
    return load_bytes("capture.json", json.dumps(data).encode())


def loaded_yaml(data: Any) -> Capture:
    """The capture of a document, read as YAML."""
    return load_bytes("capture.yaml", yaml.dump(data).encode())


def loaded_file(folder: Path, raw: bytes) -> Capture:
    """The capture of a file with these bytes."""
    (folder / "capture").write_bytes(raw)
    return load(str(folder / "capture"))


def reasons(capture: Capture) -> list[str]:
    """Why the records that are no requests are none."""
    return [one.reason for one in capture.skipped]
