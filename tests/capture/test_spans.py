from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from promptlint.dialect import chat
from promptlint.errors import InputError
from promptlint.model import Request
from promptlint.positions import place
from tests.capture.calls import CALL, MESSAGES, TOOL, loaded, text_at

FUNCTION = TOOL["function"]
PARTS = [
    {"role": "user", "parts": [{"type": "text", "content": 'say "hi"'}]},
    {"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "look", "arguments": {"at": "src"}}]},
    {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "a.py"}]},
]
SYSTEM = [{"type": "text", "content": "Be brief."}]
COMMON = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "m",
    "gen_ai.conversation.id": "s1",
    "gen_ai.usage.cache_read.input_tokens": 7,
}
GENAI = {
    **COMMON,
    "gen_ai.system_instructions": json.dumps(SYSTEM),
    "gen_ai.input.messages": json.dumps(PARTS),
    "gen_ai.tool.definitions": json.dumps([{"type": "function", **FUNCTION}]),
}
OPENLLMETRY = {
    "llm.request.type": "chat",
    "gen_ai.request.model": "m",
    "gen_ai.prompt.0.role": "system",
    "gen_ai.prompt.0.content": "Be brief.",
    "gen_ai.prompt.1.role": "user",
    "gen_ai.prompt.1.content": 'say "hi"',
    "gen_ai.prompt.2.role": "assistant",
    "gen_ai.prompt.2.tool_calls.0.id": "c1",
    "gen_ai.prompt.2.tool_calls.0.name": "look",
    "gen_ai.prompt.2.tool_calls.0.arguments": '{"at":"src"}',
    "gen_ai.prompt.3.role": "tool",
    "gen_ai.prompt.3.tool_call_id": "c1",
    "gen_ai.prompt.3.content": "a.py",
    "llm.request.functions.0.name": "look",
    "llm.request.functions.0.description": "Look.",
    "llm.request.functions.0.parameters": json.dumps(FUNCTION["parameters"]),
    "gen_ai.usage.cache_read_input_tokens": 7,
    "traceloop.association.properties.session_id": "s1",
}
OPENINFERENCE = {
    "openinference.span.kind": "LLM",
    "llm.model_name": "m",
    "session.id": "s1",
    "llm.input_messages.0.message.role": "system",
    "llm.input_messages.0.message.content": "Be brief.",
    "llm.input_messages.1.message.role": "user",
    "llm.input_messages.1.message.contents.0.message_content.type": "text",
    "llm.input_messages.1.message.contents.0.message_content.text": 'say "hi"',
    "llm.input_messages.2.message.role": "assistant",
    "llm.input_messages.2.message.tool_calls.0.tool_call.id": "c1",
    "llm.input_messages.2.message.tool_calls.0.tool_call.function.name": "look",
    "llm.input_messages.2.message.tool_calls.0.tool_call.function.arguments": '{"at":"src"}',
    "llm.input_messages.3.message.role": "tool",
    "llm.input_messages.3.message.tool_call_id": "c1",
    "llm.input_messages.3.message.content": "a.py",
    "llm.tools.0.tool.json_schema": json.dumps(TOOL),
    "llm.token_count.prompt_details.cache_read": 7,
}


def any_value(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {"kvlistValue": {"values": [{"key": key, "value": any_value(one)} for key, one in value.items()]}}
    if isinstance(value, list):
        return {"arrayValue": {"values": [any_value(one) for one in value]}}
    return {"stringValue": value} if isinstance(value, str) else {"intValue": str(value)}


def otlp(*spans: dict[str, Any]) -> dict[str, Any]:
    typed = [
        {
            **span,
            "spanId": "a",
            "startTimeUnixNano": "1500000000",
            "attributes": [{"key": key, "value": any_value(one)} for key, one in span["attributes"].items()],
        }
        for span in spans
    ]
    return {"resourceSpans": [{"scopeSpans": [{"spans": typed}]}]}


def printed(span: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": "chat", "context": {"span_id": "0xa"}, "start_time": "1970-01-01T00:00:01.5Z", **span}]


@pytest.mark.parametrize("wrap", [otlp, printed])
@pytest.mark.parametrize(
    "attributes", [GENAI, OPENLLMETRY, OPENINFERENCE], ids=["genai", "openllmetry", "openinference"]
)
def test_every_vocabulary_says_the_same(
    wrap: Callable[[dict[str, Any]], Any], attributes: dict[str, Any], tmp_path: Path
) -> None:
    request = loaded(tmp_path, wrap({"attributes": attributes})).requests[0]
    found = chat(request)
    assert (found.messages, found.tools) == (MESSAGES, [TOOL])
    assert (request.model, request.session, request.observed_cached_tokens) == ("m", "s1", 7)
    assert request.recorded_at == datetime(1970, 1, 1, 0, 0, 1, 500_000, UTC)
    assert text_at(request, "/messages/1/content", 5).startswith("hi")
    assert text_at(request, "/messages/2/tool_calls/0/function/name").startswith(('"look', '\\"look'))
    assert "look" in text_at(request, "/tools/0/function/name")[:8]


def test_values_as_lists_instead_of_text(tmp_path: Path) -> None:
    tools = [{"type": "function", **FUNCTION}]
    attributes = {
        **COMMON,
        "gen_ai.system_instructions": SYSTEM,
        "gen_ai.input.messages": PARTS,
        "gen_ai.tool.definitions": tools,
    }
    request = loaded(tmp_path, otlp({"attributes": attributes})).requests[0]
    assert (chat(request).messages, chat(request).tools) == (MESSAGES, [TOOL])
    assert not place(request, "/messages/1/content").exact
    assert text_at(
        loaded(tmp_path, printed({"attributes": attributes})).requests[0], "/messages/1/content", 5
    ).startswith("hi")


def test_messages_as_events(tmp_path: Path) -> None:
    events: list[dict[str, Any]] = [
        {"name": "gen_ai.system.message", "attributes": {"content": "Be brief."}},
        {"name": "gen_ai.user.message", "attributes": {"content": 'say "hi"', "gen_ai.system": "x"}},
        {"name": "exception", "attributes": {"content": "x"}},
        {"name": "gen_ai.assistant.message", "attributes": {"tool_calls": json.dumps([CALL])}},
        {"name": "gen_ai.tool.message", "attributes": {"id": "c1", "content": "a.py"}},
        {"name": "gen_ai.choice", "attributes": {"message": "{}"}},
    ]
    request = loaded(tmp_path, printed({"attributes": COMMON, "events": events})).requests[0]
    assert chat(request).messages == MESSAGES
    assert text_at(request, "/messages/1/content", 5).startswith("hi")
    listed = [
        {"event.name": one["name"], **one["attributes"]} for one in events if one["name"] != "gen_ai.assistant.message"
    ]
    request = loaded(tmp_path, printed({"attributes": {**COMMON, "events": json.dumps(listed)}})).requests[0]
    assert chat(request).messages == [*MESSAGES[:2], MESSAGES[3]]
    assert text_at(request, "/messages/1/content", 5).startswith("hi")


def test_one_event_with_everything(tmp_path: Path) -> None:
    event = {
        "name": "gen_ai.client.inference.operation.details",
        "attributes": {"gen_ai.input.messages": json.dumps(PARTS)},
    }
    request = loaded(tmp_path, printed({"attributes": COMMON, "events": [event]})).requests[0]
    assert chat(request).messages == MESSAGES[1:]


def test_parts_of_every_kind(tmp_path: Path) -> None:
    parts = [
        {"type": "reasoning", "content": "Hm."},
        {"type": "text", "content": "One."},
        "Two.",
        {"type": "uri", "modality": "image", "uri": "http://h/a.png"},
        {"type": "new", "x": 1},
    ]
    results = [
        {"type": "tool_call_response", "id": 1, "result": {"a": 1}},
        {"type": "tool_call_response", "response": [2]},
    ]
    messages = [
        {"role": "assistant", "parts": parts},
        {"role": "user", "parts": [*results, {"type": "text", "content": "x"}]},
    ]
    attributes = {**COMMON, "gen_ai.input.messages": messages, "gen_ai.system_instructions": "S"}
    system, spoken, first, second, last = chat(
        loaded(tmp_path, printed({"attributes": attributes})).requests[0]
    ).messages
    assert (system["content"], spoken["reasoning_content"], last) == ("S", "Hm.", {"role": "user", "content": "x"})
    assert [part["type"] for part in spoken["content"]] == ["text", "text", "image_url", "text"]
    assert [one["content"] for one in (first, second)] == ['{"a":1}', '{"result":[2]}']


def test_other_spans_are_counted(tmp_path: Path) -> None:
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.input.messages": json.dumps(PARTS)}
    spans = [
        {"attributes": one} for one in (GENAI, agent, {"http.method": "POST"}, {"gen_ai.operation.name": "embeddings"})
    ]
    found = loaded(tmp_path, otlp(*spans))
    assert len(found.requests) == 1
    assert [one.reason for one in found.skipped] == ["3 spans that are no calls of a model"]


def test_each_line_may_be_an_export(tmp_path: Path) -> None:
    found = loaded(tmp_path, otlp({"attributes": GENAI}), otlp({"attributes": {}}), printed({"attributes": GENAI})[0])
    assert [one.container for one in found.requests] == ["0/resourceSpans/0/scopeSpans/0/spans/0", "2"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"gen_ai.input.messages": json.dumps(PARTS)[:40]}, "the messages of the span are not readable at character 3"),
        ({"gen_ai.system_instructions": '[{"type'}, "the instructions of the span are not readable at character 3"),
        ({"gen_ai.tool.definitions": '[{"name": "look...'}, "the tools of the span are not readable at character 11"),
        ({"gen_ai.input.messages": "[]"}, "the span has no messages: the application does not record them"),
        ({"gen_ai.input.messages": '[{"parts": []}]'}, "a message of the span has no role"),
        ({"gen_ai.input.messages": [7]}, "a message of the span is no object"),
        ({"gen_ai.input.messages": [{"role": "user", "parts": [7]}]}, "a part of a message of the span is no object"),
        ({"gen_ai.tool.definitions": [7]}, "a tool of the span is no object"),
    ],
)
def test_what_is_cut_or_broken_is_skipped_with_the_reason(changes: Any, reason: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, printed({"attributes": GENAI | changes}))
    assert found.requests == ()
    assert [one.reason.startswith(reason) for one in found.skipped] == [True]


@pytest.mark.parametrize(
    "attributes",
    [
        [7, {"key": 7}, {"key": "a"}, {"key": "b", "value": {"arrayValue": {"values": 7}}}],
        {"gen_ai.operation.name": []},
    ],
)
def test_attributes_of_other_types_do_no_harm(attributes: Any, tmp_path: Path) -> None:
    found = loaded(tmp_path, [{"spanId": "a", "attributes": attributes, "events": [7, {"name": 7}]}])
    assert [one.reason for one in found.skipped] == ["1 spans that are no calls of a model"]


def test_parameters_of_the_request_are_kept(tmp_path: Path) -> None:
    request: Request = loaded(
        tmp_path, printed({"attributes": {**GENAI, "gen_ai.request.temperature": 0, "gen_ai.request.choice.count": 1}})
    ).requests[0]
    assert list(request.body) == ["model", "messages", "tools", "temperature"]


@pytest.mark.parametrize(
    "data", [{"attributes": GENAI}, GENAI, {"resourceSpans": 7}, [{"attributes": 7, "spanId": "a"}]]
)
def test_attributes_without_a_span_are_no_capture(data: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        loaded(tmp_path, data)


@pytest.mark.parametrize(
    "messages",
    ['say "hi"', {"messages": [MESSAGES[1]]}, json.dumps({"messages": [MESSAGES[1]]})],
    ids=["text", "object", "object as text"],
)
def test_the_messages_may_be_one_text_or_stand_in_an_object(messages: Any, tmp_path: Path) -> None:
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.prompt": messages, "gen_ai.system_instructions": []}
    request = loaded(tmp_path, {"spans": printed({"attributes": attributes})}).requests[0]
    assert (chat(request).messages, request.model) == ([MESSAGES[1]], None)
    assert text_at(request, "/messages/0/content", 5).startswith("hi")


def test_several_texts_of_one_message_are_its_parts(tmp_path: Path) -> None:
    content = "llm.input_messages.0.message.contents.{}.message_content.text"
    attributes = {"llm.input_messages.0.message.role": "user", content.format(0): "One.", content.format(1): "Two."}
    (message,) = chat(loaded(tmp_path, printed({"attributes": attributes})).requests[0]).messages
    assert message["content"] == [{"type": "text", "text": "One."}, {"type": "text", "text": "Two."}]


def test_tools_of_the_provider_and_tools_without_a_schema(tmp_path: Path) -> None:
    hosted = {**GENAI, "gen_ai.tool.definitions": json.dumps([{"type": "web_search"}])}
    unknown = {**OPENINFERENCE, "llm.tools.1.tool.name": "other"}
    first, second = loaded(tmp_path, otlp({"attributes": hosted}, {"attributes": unknown})).requests
    assert [tool["function"]["name"] for tool in chat(first).tools or ()] == ["web_search"]
    assert chat(second).tools == [TOOL]


def test_what_is_no_span_among_spans_is_passed_over(tmp_path: Path) -> None:
    found = loaded(tmp_path, {"spans": [7, *printed({"attributes": GENAI})]})
    assert [one.container for one in found.requests] == ["/spans/1"]
    assert found.skipped == ()
