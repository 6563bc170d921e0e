from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from promptlint.capture import load
from promptlint.model import Capture, Skipped
from promptlint.positions import place

DUMP = Path(__file__).parents[1] / "captures" / "hermes-dump.json"


def loaded(tmp_path: Path, **changes: Any) -> Capture:
    path = tmp_path / "dump.json"
    path.write_text(json.dumps({**json.loads(DUMP.read_text(encoding="utf-8")), **changes}), encoding="utf-8")
    return load(str(path))


def test_the_sdk_arguments_become_the_body_that_was_sent() -> None:
    request = load(str(DUMP)).requests[0]
    assert request.container == "/request/body"
    assert list(request.body) == ["model", "messages", "tools", "temperature", "chat_template_kwargs"]
    assert request.recorded_at == datetime(2026, 8, 4, 7, 45, 31, 104422)
    assert request.session == "20260804_074501_a41c9e"
    lines = DUMP.read_text(encoding="utf-8").splitlines()
    for pointer, text in [("/chat_template_kwargs/enable_thinking", "false"), ("/messages/1/content", '"What does')]:
        found = place(request, pointer)
        assert found.exact
        assert lines[(found.line or 0) - 1][(found.column or 0) - 1 :].startswith(text)


def test_a_dump_without_its_request_is_skipped_with_the_reason(tmp_path: Path) -> None:
    found = loaded(tmp_path, request=None, files_payload_omitted=True, notice="…")
    assert found.requests == ()
    assert found.skipped == (Skipped("", "hermes-agent left the request out because it carries private files"),)


def test_a_request_to_another_endpoint_is_no_request(tmp_path: Path) -> None:
    request = {"method": "POST", "url": "http://h/v1/embeddings", "body": {"input": "x"}}
    assert loaded(tmp_path, request=request).skipped == (Skipped("/request/body", 'an embedding: "/v1/embeddings"'),)


def test_the_address_decides_which_api_it_is(tmp_path: Path) -> None:
    body = {"model": "claude-x", "messages": [{"role": "user", "content": "hi"}]}
    for path, dialect in [("/v1/messages", "anthropic"), ("/v1/chat/completions", "openai_chat")]:
        found = loaded(tmp_path, request={"method": "POST", "url": "http://h" + path, "body": body})
        assert found.requests[0].dialect == dialect


def test_fields_of_other_types_do_no_harm(tmp_path: Path) -> None:
    found = loaded(tmp_path, timestamp=7, request={"method": [], "url": {}, "body": {"messages": [{"role": "user"}]}})
    assert found.requests[0].recorded_at is None
    assert loaded(tmp_path, request={"body": None}).skipped == (Skipped("/request/body", "no body"),)
