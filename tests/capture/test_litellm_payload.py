from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from promptlint.dialect import chat
from tests.capture.calls import MESSAGES, TOOL, loaded, text_at


def payload(**changes: Any) -> dict[str, Any]:
    record = {"id": "1", "trace_id": "t", "call_type": "acompletion", "model": "openai/m", "startTime": 1.5}
    return {**record, "messages": MESSAGES, "model_parameters": {"stream": True, "tools": [TOOL]}, **changes}


@pytest.mark.parametrize(
    ("wrap", "container"),
    [
        (lambda one: one, None),
        (lambda one: {"standard_logging_object": one, "x": 1}, "/standard_logging_object"),
        (lambda one: {"kwargs": {"standard_logging_object": one}}, "/kwargs/standard_logging_object"),
        (lambda one: [one], "/0"),
    ],
)
def test_tools_and_parameters_join_the_messages(wrap: Any, container: str | None, tmp_path: Path) -> None:
    request = loaded(tmp_path, wrap(payload())).requests[0]
    assert request.body == {"model": "m", "messages": MESSAGES, "stream": True, "tools": [TOOL]}
    assert (request.container, request.dialect, request.session) == (container, "openai_chat", None)
    assert request.recorded_at == datetime(1970, 1, 1, 0, 0, 1, 500_000, UTC)
    assert text_at(request, "/messages/1/content", 5).startswith("hi")
    assert text_at(request, "/tools/0/function/name").startswith('"look"')


def test_extra_body_is_merged_and_keeps_its_place(tmp_path: Path) -> None:
    request = loaded(tmp_path, payload(model_parameters={"extra_body": {"min_p": 0.25}})).requests[0]
    assert request.body == {"model": "m", "messages": MESSAGES, "min_p": 0.25}
    assert text_at(request, "/min_p").startswith("0.25")


@pytest.mark.parametrize(
    ("changes", "model"),
    [
        ({"model": "m"}, "m"),
        ({"model": "maker/m"}, "maker/m"),
        ({"model": "hosted_vllm/maker/m"}, "maker/m"),
        ({"model": "mine/m", "custom_llm_provider": "mine"}, "m"),
        ({"model": None}, None),
    ],
)
def test_the_name_of_the_provider_is_no_part_of_the_models(changes: Any, model: str | None, tmp_path: Path) -> None:
    assert loaded(tmp_path, payload(**changes)).requests[0].model == model


def test_other_apis_have_their_own_shape(tmp_path: Path) -> None:
    blocks = [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]
    found = loaded(
        tmp_path,
        payload(call_type="aresponses", messages="hi", model_parameters={"instructions": "Be brief."}),
        payload(call_type="anthropic_messages", messages=blocks, model_parameters={"system": "Be brief."}),
        payload(call_type="completion", messages="hi", model_parameters={}),
        payload(messages=json.dumps(MESSAGES)),
    ).requests
    assert [one.dialect for one in found] == ["openai_responses", "anthropic", "openai_chat", "openai_chat"]
    assert [chat(one).messages[0]["content"] for one in found[:2]] == ["Be brief."] * 2
    assert text_at(found[2], "/messages/0/content").startswith('"hi"')
    assert text_at(found[3], "/messages/1/content", 5).startswith("hi")


def test_calls_that_are_no_chats_and_redacted_ones_are_skipped(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        payload(call_type="aembedding"),
        payload(call_type=7),
        payload(messages="redacted-by-litellm"),
        payload(messages=[{"role": "user", "content": "redacted-by-litellm"}]),
        payload(messages=None),
        payload(messages={"a": 1}),
        payload(messages="[cut"),
    )
    assert found.requests == ()
    assert [one.reason for one in found.skipped] == [
        'a call of the type "aembedding", no chat request',
        'a call of the type "7", no chat request',
        "LiteLLM was told to leave the messages out of its logs",
        "LiteLLM was told to leave the messages out of its logs",
        "the payload has no messages",
        "/messages should be a list, not an object",
        "the messages are not readable at character 2: no valid JSON: expecting value",
    ]


def test_counts_and_sessions(tmp_path: Path) -> None:
    usage = {"prompt_tokens_details": {"cached_tokens": 7}}
    found = loaded(
        tmp_path,
        payload(response={"usage": usage}),
        payload(response="redacted-by-litellm", metadata={"usage_object": usage, "session_id": "s1"}),
        payload(metadata={"requester_metadata": {"session_id": "s2"}, "session_id": 7}),
    ).requests
    assert [one.observed_cached_tokens for one in found] == [7, 7, None]
    assert [one.session for one in found] == [None, "s1", "s2"]


def test_a_body_with_something_else_of_that_name_is_no_payload(tmp_path: Path) -> None:
    assert loaded(tmp_path, {"model": "m", "messages": MESSAGES, "model_parameters": "x"}).requests[0].format == "body"
