"""What of an exchange is the body, and whose model it is for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import load
from promptlint.dialect import chat
from promptlint.model import Request
from promptlint.positions import place

CLAUDE = {"anthropic_version": "bedrock-2023-05-31", "messages": [{"role": "user", "content": "hi"}]}
NOVA = {"messages": [{"role": "user", "content": [{"text": "hi"}]}]}


def only_request(folder: Path, document: Any) -> Request:
    path = folder / "capture.json"
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    (request,) = load(str(path)).requests
    return request


def sent(url: str, body: Any) -> Any:
    request = {"method": "POST", "uri": url, "body": json.dumps(body)}
    return {"interactions": [{"request": request, "response": {}}]}


@pytest.mark.parametrize(
    ("url", "body", "dialect", "model"),
    [
        ("https://b/model/us.anthropic.claude-x-v1%3A0/invoke", CLAUDE, "anthropic", "us.anthropic.claude-x-v1:0"),
        ("https://b/model/us.amazon.nova-x-v1:0/converse", NOVA, "bedrock_converse", "us.amazon.nova-x-v1:0"),
        ("https://g/v1beta/models/gemini-x:generateContent", {"contents": "hi"}, "gemini", "gemini-x"),
        ("https://a/openai/deployments/mine/chat/completions", CLAUDE, "openai_chat", "mine"),
        ("https://a/openai/deployments/mine/chat/completions", {**CLAUDE, "model": "gpt"}, "openai_chat", "gpt"),
        ("https://a/v1/messages", CLAUDE, "anthropic", None),
    ],
)
def test_the_address_names_the_model_where_the_body_does_not(
    url: str, body: Any, dialect: str, model: str | None, tmp_path: Path
) -> None:
    found = only_request(tmp_path, sent(url, body))
    assert (found.dialect, found.model) == (dialect, model)


@pytest.mark.parametrize("as_text", [False, True])
def test_the_arguments_of_an_sdk_call_hold_the_body(as_text: bool, tmp_path: Path) -> None:
    body = json.dumps(CLAUDE) if as_text else CLAUDE
    found = only_request(tmp_path, {"accept": "*/*", "modelId": "anthropic.claude-x", "body": body})
    assert (found.dialect, found.model, found.body) == ("anthropic", "anthropic.claude-x", CLAUDE)
    assert chat(found).messages == CLAUDE["messages"]
    text = (tmp_path / "capture.json").read_text(encoding="utf-8")
    at = place(found, "/messages/0/content")
    assert at.exact
    assert at.line is not None
    assert at.column is not None
    assert text.splitlines()[at.line - 1][at.column - 1 :].lstrip('\\"').startswith("hi")


def test_a_converse_call_names_its_model(tmp_path: Path) -> None:
    assert only_request(tmp_path, {"modelId": "amazon.nova-x", **NOVA}).model == "amazon.nova-x"


@pytest.mark.parametrize(("body", "reason"), [("[1]", "the body is no object"), ("{", "not readable")])
def test_a_broken_body_inside_a_call_is_skipped(body: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "capture.json"
    path.write_text(json.dumps(sent("https://h/x", {"modelId": "m", "body": body})), encoding="utf-8")
    (skipped,) = load(str(path)).skipped
    assert reason in skipped.reason
