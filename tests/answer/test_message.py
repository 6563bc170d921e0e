"""Whole answers and streams of every API; each tells the same little turn in its own words."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any

import pytest

from promptlint.answer.events import documents
from promptlint.answer.message import message
from promptlint.answer.usage import prompt_tokens
from promptlint.model import JsonObject, Request
from tests.answer.streams import aws_chunks, aws_events, aws_message, sse

ARGUMENTS = {"path": "src", "all": True}
TEXT = json.dumps(ARGUMENTS)


def written(dialect: str, answer: Any) -> JsonObject | None:
    return message(Request("x.json", None, "body", dialect, None, {}, answer=answer))


def plain(found: JsonObject | None) -> Any:
    """Text, reasoning, and name and arguments of each call."""
    assert found is not None
    assert found["role"] == "assistant"
    content = found.get("content") or ""
    text = content if isinstance(content, str) else "".join(part["text"] for part in content)
    functions = [call["function"] for call in found.get("tool_calls", ())]
    calls = [(one["name"], one["arguments"]) for one in functions]
    return (
        text,
        found.get("reasoning_content"),
        [(name, json.loads(given) if isinstance(given, str) else given) for name, given in calls],
    )


def deltas(*given: JsonObject, end: str | None = "stop") -> str:
    chunks = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in given]
    last = {"choices": [{"index": 0, "delta": {}, "finish_reason": end}]}
    return sse(*chunks, last, {"choices": [], "usage": {"prompt_tokens": 3}}, "[DONE]")


def piece(index: int | None, arguments: Any, name: str | None = None, call_id: str | None = None) -> JsonObject:
    function = {"arguments": arguments} | ({"name": name} if name else {})
    place = {} if index is None else {"index": index}
    return {"tool_calls": [place | {"function": function} | ({"id": call_id} if call_id else {})]}


def blocks(*given: tuple[JsonObject, list[JsonObject]], end: str | None = "end_turn") -> list[JsonObject]:
    events: list[JsonObject] = [{"type": "message_start", "message": {"role": "assistant", "content": []}}]
    for index, (block, pieces) in enumerate(given):
        events.append({"type": "content_block_start", "index": index, "content_block": block})
        events += [{"type": "content_block_delta", "index": index, "delta": one} for one in pieces]
        events.append({"type": "content_block_stop", "index": index})
    return [*events, {"type": "message_delta", "delta": {"stop_reason": end}}, {"type": "message_stop"}]


THINKING: JsonObject = {"type": "thinking", "thinking": "", "signature": ""}
THOUGHT = [{"type": "thinking_delta", "thinking": "Hm"}, {"type": "thinking_delta", "thinking": "m."}]
SAID = [{"type": "text_delta", "text": "I "}, {"type": "text_delta", "text": "look."}]
CITED = {"type": "citations_delta", "citation": {"cited_text": "x"}}
CALLED = [{"type": "input_json_delta", "partial_json": part} for part in ("", TEXT[:9], TEXT[9:])]
USE = {"type": "tool_use", "id": "toolu_1", "name": "list", "input": {}}
ANTHROPIC = blocks(
    (THINKING, [*THOUGHT, {"type": "signature_delta", "signature": "c2ln"}]),
    ({"type": "text", "text": ""}, [*SAID, CITED]),
    (USE, CALLED),
)
ITEMS: list[JsonObject] = [
    {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hmm."}]},
    {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": "I look.", "annotations": []}],
    },
    {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "list", "arguments": TEXT},
]
GEMINI_CALL = {"functionCall": {"name": "list", "args": ARGUMENTS}}
CALL = {"id": "call_1", "type": "function", "function": {"name": "list", "arguments": TEXT}}


def candidate(*parts: JsonObject, **more: Any) -> JsonObject:
    return {"candidates": [{"content": {"role": "model", "parts": list(parts)}, **more}]}


# The dialect of the request, an answer with a thought, a text and a call, and the same in another form.
THREE = {
    "openai_chat": (
        {
            "choices": [
                {
                    "index": 0,
                    "message": {
                        "role": "assistant",
                        "content": "I look.",
                        "reasoning": "Hmm.",
                        "refusal": None,
                        "tool_calls": [CALL],
                    },
                    "finish_reason": "tool_calls",
                }
            ]
        },
        deltas(
            {"role": "assistant", "content": ""},
            {"reasoning_content": "Hm", "reasoning": "Hm"},
            {"reasoning": "m."},
            {"content": "I "},
            {"content": "look."},
            piece(0, "", "list", "call_1"),
            piece(0, TEXT[:9]),
            piece(0, TEXT[9:]),
            end="tool_calls",
        ),
    ),
    "openai_responses": (
        {"object": "response", "status": "completed", "error": None, "output": ITEMS},
        sse(
            {"type": "response.created", "response": {"status": "in_progress", "output": []}},
            {"type": "response.output_text.delta", "delta": "I "},
            {"type": "response.completed", "response": {"status": "completed", "output": ITEMS}},
        ),
        sse(
            *({"type": "response.output_item.done", "output_index": n, "item": ITEMS[n]} for n in (1, 0, 2)),
            {"type": "response.completed", "response": {"status": "completed", "output": []}},
        ),
    ),
    "anthropic": (
        {
            "type": "message",
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"},
                {"type": "text", "text": "I look."},
                {**USE, "input": ARGUMENTS},
            ],
            "stop_reason": "tool_use",
        },
        sse(*ANTHROPIC),
        aws_chunks(*ANTHROPIC),
    ),
    "ollama": (
        {
            "message": {
                "role": "assistant",
                "content": "I look.",
                "thinking": "Hmm.",
                "tool_calls": [{"function": {"name": "list", "arguments": ARGUMENTS}}],
            },
            "done": True,
        },
        "".join(
            json.dumps(line) + "\n"
            for line in (
                {"message": {"role": "assistant", "content": "", "thinking": "Hmm."}, "done": False},
                {"message": {"role": "assistant", "content": "I look."}, "done": False},
                {"message": {"content": "", "tool_calls": [{"function": {"name": "list", "arguments": ARGUMENTS}}]}},
                {"message": {"role": "assistant", "content": ""}, "done": True},
            )
        ),
    ),
    "gemini": (
        candidate({"text": "Hmm.", "thought": True}, {"text": "I look."}, GEMINI_CALL, finishReason="STOP"),
        sse(
            candidate({"text": "Hm", "thought": True}),
            candidate({"text": "m.", "thought": True}, {"text": "I "}),
            candidate({"text": "look."}, GEMINI_CALL),
            candidate({"text": ""}, finishReason="STOP"),
        ),
        json.dumps(
            [
                {"response": candidate({"text": "Hmm.", "thought": True}, {"text": "I "})},
                {"response": candidate({"text": "look."}, GEMINI_CALL, finishReason=1)},
            ]
        ),
    ),
    "bedrock_converse": (
        {
            "output": {
                "message": {
                    "role": "assistant",
                    "content": [
                        {"reasoningContent": {"reasoningText": {"text": "Hmm.", "signature": "c2ln"}}},
                        {"text": "I look."},
                        {"toolUse": {"toolUseId": "t1", "name": "list", "input": ARGUMENTS}},
                    ],
                }
            },
            "stopReason": "tool_use",
        },
        aws_events(
            {"messageStart": {"role": "assistant"}},
            {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"reasoningContent": {"text": "Hm"}}}},
            {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"reasoningContent": {"text": "m."}}}},
            {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"reasoningContent": {"signature": "c2ln"}}}},
            {"contentBlockStop": {"contentBlockIndex": 0}},
            {"contentBlockDelta": {"contentBlockIndex": 1, "delta": {"text": "I "}}},
            {"contentBlockDelta": {"contentBlockIndex": 1, "delta": {"text": "look."}}},
            {"contentBlockStart": {"contentBlockIndex": 2, "start": {"toolUse": {"toolUseId": "t1", "name": "list"}}}},
            {"contentBlockDelta": {"contentBlockIndex": 2, "delta": {"toolUse": {"input": TEXT[:9]}}}},
            {"contentBlockDelta": {"contentBlockIndex": 2, "delta": {"toolUse": {"input": TEXT[9:]}}}},
            {"messageStop": {"stopReason": "tool_use"}},
            {"metadata": {"usage": {"inputTokens": 3}}},
        ),
    ),
}
ANSWERS = [(dialect, answer) for dialect, answers in THREE.items() for answer in answers]


@pytest.mark.parametrize(("dialect", "answer"), ANSWERS)
def test_a_thought_a_text_and_a_call(dialect: str, answer: Any) -> None:
    expected = "I look.", "Hmm.", [("list", ARGUMENTS)]
    assert plain(written(dialect, answer)) == expected
    if isinstance(answer, dict):
        assert plain(written(dialect, json.dumps(answer))) == expected


@pytest.mark.parametrize(("dialect", "answer"), ANSWERS)
def test_what_was_cut_off_is_no_message(dialect: str, answer: Any) -> None:
    text = json.dumps(answer) if isinstance(answer, dict) else answer
    for share in (0.1, 0.4, 0.6):
        assert written(dialect, text[: int(len(text) * share)]) is None


V2 = [
    {"type": "message-start", "delta": {"message": {"role": "assistant", "content": [], "tool_calls": []}}},
    {"type": "content-start", "index": 0, "delta": {"message": {"content": {"type": "text", "text": ""}}}},
    {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "I "}}}},
    {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "look."}}}},
    {
        "type": "tool-call-start",
        "index": 0,
        "delta": {"message": {"tool_calls": {**CALL, "function": {"name": "list", "arguments": ""}}}},
    },
    {"type": "tool-call-delta", "index": 0, "delta": {"message": {"tool_calls": {"function": {"arguments": TEXT}}}}},
    {"type": "message-end", "delta": {"finish_reason": "TOOL_CALL"}},
]
V1 = {"text": "I look.", "tool_calls": [{"name": "list", "parameters": ARGUMENTS}], "finish_reason": "COMPLETE"}


@pytest.mark.parametrize(
    "answer",
    [
        {"message": {"role": "assistant", "content": [{"type": "text", "text": "I look."}], "tool_calls": [CALL]}},
        sse(*V2, "[DONE]"),
        V1,
        json.dumps({"event_type": "text-generation", "text": "I "})
        + "\n"
        + json.dumps({"event_type": "stream-end", "response": V1}),
    ],
)
def test_cohere_in_both_versions(answer: Any) -> None:
    assert plain(written("cohere", answer)) == ("I look.", None, [("list", ARGUMENTS)])


def test_cohere_that_plans_and_thinks() -> None:
    plan = {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": "Look first."}}}
    found = written("cohere", sse(plan, *V2[4:]))
    assert found is not None
    assert "Look first." in json.dumps(found)
    thought = {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"thinking": "Hmm."}}}}
    text = {"type": "content-delta", "index": 1, "delta": {"message": {"content": {"text": "So."}}}}
    found = written("cohere", sse(thought, text, {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}))
    assert plain(found) == ("So.", "Hmm.", [])


@pytest.mark.parametrize(
    ("dialect", "answer"),
    [
        ("completion", {"content": "Two files.", "tokens_evaluated": 128}),
        ("completion", sse({"content": "Two ", "stop": False}, {"content": "files.", "stop": True})),
        ("completion", {"choices": [{"index": 0, "text": "Two files.", "finish_reason": "stop"}]}),
        ("completion", {"response": "Two files.", "done": True}),
        ("completion", {"results": [{"outputText": "Two files.", "completionReason": "FINISH"}]}),
        ("cody", sse({"deltaText": "Two "}, {"deltaText": "files.", "stopReason": "end_turn"}, {})),
        ("cody", sse({"deltaText": "Two files."}, {})),
        ("cody", sse({"completion": "Two "}, {"completion": "Two files.", "stopReason": "end_turn"})),
        ("openai_chat", {"role": "assistant", "content": "Two files."}),
        ("openai_chat", deltas({"content": "Two files."}, end="length")),
        ("openai_chat", deltas({"content": [{"type": "text", "text": "Two "}]}, {"content": "files."})),
        (
            "openai_responses",
            {
                "status": "incomplete",
                "incomplete_details": {"reason": "max_output_tokens"},
                "output": [{"type": "message", "role": "assistant", "content": "Two files."}],
            },
        ),
    ],
)
def test_a_text_alone(dialect: str, answer: Any) -> None:
    assert plain(written(dialect, answer)) == ("Two files.", None, [])


def test_pieces_of_several_calls() -> None:
    together = deltas(piece(0, "{", "a", "1"), piece(1, "[1", "b", "2"), piece(0, "}"), piece(1, "]"))
    assert plain(written("openai_chat", together))[2] == [("a", {}), ("b", [1])]
    # Servers that give each call the index 0, and servers that give none.
    for index in (0, None):
        whole = deltas(piece(index, "{}", "a", "1"), piece(index, "[]", "b", "2"))
        assert plain(written("openai_chat", whole))[2] == [("a", {}), ("b", [])]
    repeated = deltas(piece(0, "", "a", "1"), piece(0, "{}", "a", "1"), piece(0, ""))
    assert plain(written("openai_chat", repeated))[2] == [("a", {})]
    assert plain(written("openai_chat", deltas(piece(0, ARGUMENTS, "a"))))[2] == [("a", ARGUMENTS)]


def test_a_function_call_of_the_older_kind() -> None:
    call = {"name": "list", "arguments": TEXT}
    whole = {"choices": [{"message": {"content": None, "function_call": call}, "finish_reason": "function_call"}]}
    stream = deltas({"function_call": {"name": "list", "arguments": ""}}, {"function_call": {"arguments": TEXT}})
    for answer in (whole, stream):
        found = written("openai_chat", answer)
        assert found is not None
        assert found["function_call"] == call


def test_a_call_without_arguments() -> None:
    for pieces in ([], [{"type": "input_json_delta", "partial_json": ""}]):
        assert plain(written("anthropic", sse(*blocks((USE, pieces)))))[2] == [("list", {})]


REFUSAL = [{"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}]
TWICE = [{"index": 0, "message": {"content": "a"}}, {"index": 1, "message": {"content": "b"}}]
UNKNOWN = {"type": "hologram_delta", "rays": 7}


@pytest.mark.parametrize(
    ("dialect", "answer"),
    [
        ("openai_chat", None),
        ("openai_chat", "Bad gateway"),
        ("openai_chat", {"error": {"message": "no"}}),
        ("openai_chat", {"choices": TWICE}),
        ("openai_chat", sse({"choices": [{"index": 1, "delta": {"content": "b"}, "finish_reason": "stop"}]})),
        ("openai_chat", {"choices": [{"message": {"content": None, "refusal": "No."}}]}),
        ("openai_chat", deltas({"refusal": "N"}, {"refusal": "o."})),
        ("openai_chat", deltas({"content": "a"}, end="content_filter")),
        ("openai_chat", deltas({"content": "a"}, end=None)),
        ("openai_chat", deltas({"content": "a"}) + sse({"error": {"message": "no"}})),
        ("openai_chat", {"choices": [{"message": {"content": ""}, "finish_reason": "stop"}]}),
        ("openai_chat", {"choices": [{"message": {"content": 7}, "finish_reason": "stop"}]}),
        ("openai_chat", {"role": "user", "content": "Hi"}),
        ("openai_responses", {"status": "completed", "output": REFUSAL}),
        ("openai_responses", {"status": "failed", "output": ITEMS}),
        ("openai_responses", {"status": ["completed"], "output": ITEMS}),
        ("openai_responses", {"status": "incomplete", "output": ITEMS}),
        ("openai_responses", {"status": "completed", "output": [*ITEMS[1:], *ITEMS[1:]]}),
        ("anthropic", {"type": "error", "error": {"type": "overloaded_error"}}),
        ("anthropic", sse(*blocks(({"type": "text", "text": ""}, SAID), end="refusal"))),
        ("anthropic", sse(*blocks((USE, CALLED[:2]), end="max_tokens"))),
        ("anthropic", sse(*blocks((USE, [{"type": "input_json_delta", "partial_json": "7"}])))),
        ("anthropic", sse(*blocks(({"type": "text", "text": ""}, [*SAID, UNKNOWN])))),
        ("anthropic", sse(*[one for one in ANTHROPIC if one["type"] != "content_block_start"])),
        ("gemini", {"candidates": [{"finishReason": "SAFETY"}]}),
        ("gemini", {"candidates": [{"index": 0, "finishReason": "STOP"}, {"finishReason": "STOP"}]}),
        ("gemini", candidate({"text": "a"}, index=1, finishReason="STOP")),
        ("gemini", {"promptFeedback": {"blockReason": "OTHER"}}),
        ("bedrock_converse", {"message": "Too many requests"}),
        ("bedrock_converse", {"output": {"message": {"content": []}}, "stopReason": "guardrail_intervened"}),
        (
            "bedrock_converse",
            aws_events(
                {"contentBlockStart": {"contentBlockIndex": 0, "start": {"toolUse": {"name": "list"}}}},
                {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"toolUse": {"input": TEXT[:9]}}}},
                {"messageStop": {"stopReason": "max_tokens"}},
            ),
        ),
        (
            "bedrock_converse",
            aws_events({"contentBlockDelta": {"delta": {"text": "a"}}}, {"messageStop": {"stopReason": "end_turn"}})
            + aws_message({"message": "no"}, message_type="exception"),
        ),
        ("cohere", {"id": "1", "message": "no such model"}),
        ("cohere", {**V1, "finish_reason": "ERROR"}),
        ("completion", {"choices": [{"text": "a", "finish_reason": "stop"}, {"text": "b", "finish_reason": "stop"}]}),
        ("cody", sse({"delta_tool_calls": []}, {})),
        ("a dialect of tomorrow", {"choices": [{"message": {"content": "a"}}]}),
    ],
)
def test_what_is_no_one_whole_message(dialect: str, answer: Any) -> None:
    assert written(dialect, answer) is None


def test_what_a_yaml_recorder_parsed_may_hold_more_than_json() -> None:
    block = {"type": "search_result", "found": datetime.date(2026, 1, 15), "raw": b"\xff"}
    answer = {"role": "assistant", "content": [block], "stop_reason": "end_turn"}
    assert "2026-01-15" in plain(written("anthropic", answer))[0]
    assert written("anthropic", {**answer, (1, 2): 3}) is None


def spoiled(value: Any, other: Any) -> Iterator[Any]:
    """The value with another one in the place of each of its members, one at a time."""
    yield other
    for key, member in list(value.items() if isinstance(value, dict) else enumerate(value)):
        inner = spoiled(member, other) if isinstance(member, dict | list) else iter([other])
        for one in inner:
            copy = value.copy()
            copy[key] = one
            yield copy


@pytest.mark.parametrize(("dialect", "answer"), [*ANSWERS, ("cohere", sse(*V2)), ("cohere", V1)])
@pytest.mark.parametrize("other", [None, 7, "x", [], {}, [7], {"a": [{}]}], ids=repr)
def test_nothing_is_raised_whatever_stands_where(dialect: str, answer: Any, other: Any) -> None:
    for found in spoiled(documents(answer), other):
        message = written(dialect, found)
        assert message is None or message["role"] == "assistant"
        assert prompt_tokens(found) in (None, 3, 7)
