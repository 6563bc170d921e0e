from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from promptlint.capture.promptfoo import model_of
from promptlint.dialect import chat
from promptlint.errors import InputError
from promptlint.model import Request
from promptlint.positions import place
from tests.capture.calls import BODY, MESSAGES, loaded, text_at


def result(raw: Any) -> dict[str, Any]:
    return {"provider": {"id": "openai:chat:m"}, "prompt": {"raw": raw, "label": "p"}, "response": {"output": "x"}}


def request(folder: Path, raw: str) -> Request:
    return loaded(folder, {"version": 3, "results": {"version": 3, "results": [result(raw)]}}).requests[0]


def test_a_list_of_messages_as_json(tmp_path: Path) -> None:
    found = request(tmp_path, json.dumps(MESSAGES))
    assert (found.body, found.observed_cached_tokens) == ({"messages": MESSAGES, "model": "m"}, None)
    assert text_at(found, "/messages/1/content", 5).startswith("hi")
    assert text_at(found, "/model").startswith('"openai:chat:m"')


def test_messages_as_yaml(tmp_path: Path) -> None:
    found = request(tmp_path, "- role: system\n  content: Be brief.\n- role: user\n  content: hi\n")
    assert [one["content"] for one in chat(found).messages] == ["Be brief.", "hi"]
    assert not place(found, "/messages/1/content").exact


@pytest.mark.parametrize("raw", ["Say hi.", "[not JSON", '{"a": 1}', "- role: [", "- role:\n- x: &a *a"])
def test_everything_else_is_what_the_user_says(raw: str, tmp_path: Path) -> None:
    found = request(tmp_path, raw)
    assert chat(found).messages == [{"role": "user", "content": raw}]
    assert text_at(found, "/messages/0/content").startswith(json.dumps(raw))


def test_a_whole_body_is_read_by_its_shape(tmp_path: Path) -> None:
    assert request(tmp_path, json.dumps(BODY)).body == BODY
    responses = request(tmp_path, json.dumps({"input": "hi", "instructions": "Be brief."}))
    assert responses.dialect == "openai_responses"


def test_results_on_lines_and_results_without_a_prompt(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, result("a"), result("b")).requests) == 2
    found = loaded(tmp_path, {"results": [result("a"), {"prompt": {}}, 7]})
    assert [one.pointer for one in found.skipped] == ["/results/1", "/results/2"]


@pytest.mark.parametrize("results", [[{"prompt": "x", "provider": "y"}], {"results": 7}, result("a")])
def test_results_of_something_else_are_no_capture(results: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no capture format"):
        loaded(tmp_path, {"version": 3, "results": results})


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai:chat:gpt-x", "gpt-x"),
        ("openai:gpt-x", "gpt-x"),
        ("openrouter:maker/name:free", "maker/name:free"),
        ("ollama:chat:qwen3:32b", "qwen3:32b"),
        ("file://provider.py", None),
        ("https://h/x", None),
        ("echo", None),
        (7, None),
    ],
)
def test_the_model_in_the_name_of_a_provider(provider: Any, model: str | None) -> None:
    assert model_of(provider) == model
