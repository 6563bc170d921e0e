from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from promptlint.dialect import chat
from tests.capture.calls import CALL, MESSAGES, loaded, text_at

AGENT_MESSAGES: list[dict[str, Any]] = [
    {"role": "user", "content": [{"type": "text", "text": 'say "hi"'}], "timestamp": 1},
    {
        "role": "assistant",
        "content": [{"type": "toolCall", "id": "c1", "name": "look", "arguments": {"at": "src"}}],
        "stopReason": "toolUse",
    },
    {"role": "toolResult", "toolCallId": "c1", "toolName": "look", "content": [{"type": "text", "text": "a.py"}]},
]


def stage(name: str = "stream:context", **more: Any) -> dict[str, Any]:
    record = {"ts": "2026-08-04T07:45:31Z", "seq": 3, "stage": name, "sessionId": "s1", "modelId": "m"}
    return {**record, "system": "Be brief.", "messages": AGENT_MESSAGES, **more}


def test_the_agents_messages_become_those_of_the_chat_form(tmp_path: Path) -> None:
    request = loaded(tmp_path, stage("session:loaded"), stage()).requests[0]
    assert chat(request).messages == MESSAGES
    assert (request.model, request.session, request.dialect) == ("m", "s1", "openai_chat")
    assert request.recorded_at == datetime(2026, 8, 4, 7, 45, 31, tzinfo=UTC)


def test_places_lead_into_the_parts(tmp_path: Path) -> None:
    request = loaded(tmp_path, stage("session:loaded"), stage()).requests[0]
    assert text_at(request, "/messages/0/content").startswith('"Be brief."')
    assert text_at(request, "/messages/1/content", 5).startswith("hi")
    assert text_at(request, "/messages/2/tool_calls/0/function/arguments").startswith('{"at"')
    assert text_at(request, "/messages/3/tool_call_id").startswith('"c1"')


def test_thoughts_pictures_and_unknown_parts_are_kept(tmp_path: Path) -> None:
    parts = [
        {"type": "thinking", "thinking": "Hm."},
        {"type": "text", "text": "One."},
        {"type": "image", "data": "AA==", "mimeType": "image/png"},
        {"type": "new", "x": 1},
        {"type": "tool_use", "id": "c1", "name": "look", "input": {"at": "src"}},
    ]
    message = loaded(
        tmp_path, stage(system=[{"text": "S", "type": "text"}], messages=[{"role": "assistant", "content": parts}])
    )
    system, spoken = chat(message.requests[0]).messages
    assert system == {"role": "system", "content": "S"}
    assert spoken["reasoning_content"] == "Hm."
    assert spoken["tool_calls"] == [CALL]
    assert [part["type"] for part in spoken["content"]] == ["text", "image_url", "text"]
    assert spoken["content"][2]["text"] == '{"type":"new","x":1}'


def test_what_is_not_sent_or_not_whole_is_skipped_with_the_reason(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        stage("prompt:before"),
        stage(messages=None),
        stage(messageCount=70),
        stage(messages=[7, {"role": 5, "content": {}}, {}], ts=7, sessionId=[], modelId={}, system=9),
    )
    assert [one.reason for one in found.skipped] == [
        'the stage "prompt:before", not stream:context: nothing is sent there',
        "the trace was written without its messages",
        "only 3 of 70 messages are in the trace",
    ]
    assert [one["role"] for one in chat(found.requests[0]).messages] == ["user", "user"]


def test_a_body_with_a_stage_of_its_own_stays_a_body(tmp_path: Path) -> None:
    assert loaded(tmp_path, {"stage": "x", "model": "m", "messages": MESSAGES}).requests[0].format == "body"


def test_bare_text_is_text_and_what_is_no_part_is_passed_over(tmp_path: Path) -> None:
    for content in ("One.", [7, "One."]):
        request = loaded(tmp_path, stage(messages=[{"role": "user", "content": content}])).requests[0]
        assert chat(request).messages[1] == {"role": "user", "content": "One."}
        assert text_at(request, "/messages/1/content").startswith('"One."')
