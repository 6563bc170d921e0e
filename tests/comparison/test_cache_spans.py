"""What a hosted cache knows of a request: blocks with their ends in tokens, markers, and the parameters of its key."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import pytest

from promptlint.comparison.cache_spans import cache_spans, parameter_keys, token_ends
from promptlint.comparison.content_blocks import content_blocks
from promptlint.dialect import chat
from promptlint.engine.hosted import STEPS
from promptlint.engine.serving import Prediction, Served, Spans, reusable_tokens
from promptlint.local_model import DEFAULT_NOW, Model, Rendering
from promptlint.model import JsonObject, Prompt, Turn
from promptlint.model_choice import open_model
from promptlint.options import Options
from promptlint.render.provenance import trace
from promptlint.selection import request_of_body

MARK = {"cache_control": {"type": "ephemeral"}}
LONG = " ".join(f"Order {number} has {number * 7} loaves of rye and wheat." for number in range(200))


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    opened = open_model("builtin", Options(engine="anthropic"))
    yield opened
    opened.close()


def turn(body: JsonObject) -> Turn:
    request = request_of_body(body)
    return Turn(request, chat(request))


def served(body: JsonObject, model: Model, engine: str = "anthropic") -> tuple[Prompt, Spans]:
    one = turn(body)
    prompt = model.chat_prompt(one.chat, DEFAULT_NOW)
    provenance = trace(one.chat, prompt.text, lambda form: model.render(form, DEFAULT_NOW).text)
    return prompt, cache_spans(one, engine, prompt, provenance, lambda text: model.encode(Rendering((text,))).ids)


def predicted(before: JsonObject, after: JsonObject, model: Model, engine: str = "anthropic") -> Prediction:
    left, right = (served(body, model, engine) for body in (before, after))
    return reusable_tokens(STEPS[engine], Served(left[0].ids, (), left[1]), Served(right[0].ids, (), right[1]), {})


def text(value: str, **more: Any) -> JsonObject:
    return {"type": "text", "text": value, **more}


def claude(*messages: JsonObject, **more: Any) -> JsonObject:
    tool = {"name": "look", "description": "Looks at a shelf.", "input_schema": {"type": "object"}}
    system = [text(LONG, **MARK)]
    return {
        "model": "claude-opus-5",
        "max_tokens": 9,
        "system": system,
        "tools": [tool],
        "messages": [*messages],
        **more,
    }


def said(role: str, *blocks: Any) -> JsonObject:
    return {"role": role, "content": blocks[0] if isinstance(blocks[0], str) else list(blocks)}


def test_blocks_end_where_their_text_ends(model: Model) -> None:
    body = claude(said("user", text("How many?"), text("And why?", **MARK)), said("assistant", "Seven."))
    prompt, spans = served(body, model)
    assert [block.level for block in spans.blocks] == ["tools", "system", "messages", "messages", "messages"]
    assert [block.marked for block in spans.blocks] == [False, True, False, True, False]
    for block, end in zip(spans.blocks[1:], (LONG, "How many?", "And why?", "Seven."), strict=True):
        offset = prompt.text.index(end) + len(end)
        exact = model.encode(Rendering((prompt.text[:offset],))).ids
        assert abs(block.end - len(exact)) <= 1


def test_a_conversation_that_grew_reads_up_to_its_last_marker(model: Model) -> None:
    before = claude(said("user", text("How many?", **MARK)))
    after = claude(said("user", "How many?"), said("assistant", "Seven."), said("user", text("Why?", **MARK)))
    found, spans = predicted(before, after, model), served(before, model)[1]
    assert found == (spans.blocks[-1].end, spans.blocks[-1].end, found.note)
    assert found.high > 1000


def test_another_choice_of_tools_keeps_tools_and_system(model: Model) -> None:
    before = claude(said("user", text("How many?", **MARK)))
    after = claude(said("user", text("How many?", **MARK)), tool_choice={"type": "none"})
    assert predicted(before, after, model).high == served(before, model)[1].blocks[1].end


def test_the_automatic_marker_goes_to_the_last_block_that_can_have_one() -> None:
    answer = said("assistant", text("Hi."), {"type": "thinking", "thinking": "Hm.", "signature": ""})
    found = content_blocks(
        turn(claude(said("user", "Hello."), answer, cache_control={"type": "ephemeral", "ttl": "1h"})).request
    )
    assert [(block.pointer, block.lifetime) for block in found if block.marked and block.level == "messages"] == [
        ("/messages/1/content/0", "1h")
    ]


@pytest.mark.parametrize(
    ("last", "marked"),
    [
        (text("Hello.", **MARK), ("/messages/0/content/0", None)),  # its own says more than the automatic one
        ({"type": "thinking", "thinking": "Hm.", "signature": ""}, None),
    ],
)
def test_where_no_block_takes_the_automatic_marker_nothing_changes(
    last: JsonObject, marked: tuple[str, str | None] | None
) -> None:
    body = {"model": "claude-opus-5", "max_tokens": 9, "messages": [said("user", last)]}
    found = content_blocks(turn(body | {"cache_control": {"type": "ephemeral", "ttl": "1h"}}).request)
    assert [(block.pointer, block.lifetime) for block in found if block.marked] == [marked] * (marked is not None)


def test_a_marker_inside_a_tool_result_is_that_of_the_result() -> None:
    result = {"type": "tool_result", "tool_use_id": "t", "content": [text("Two.", **MARK)]}
    assert content_blocks(turn(claude(said("user", result))).request)[-1].marked


def test_a_cache_point_marks_the_block_in_front_of_it() -> None:
    body = {
        "modelId": "amazon.nova-pro-v1:0",
        "inferenceConfig": {},
        "toolConfig": {"tools": [{"toolSpec": {"name": "a", "inputSchema": {"json": {}}}}, {"cachePoint": {}}]},
        "system": [{"text": "Be short."}, {"cachePoint": {"type": "default", "ttl": "1h"}}],
        "messages": [{"role": "user", "content": [{"cachePoint": {"type": "default"}}, {"text": "Hello."}]}],
    }
    found = [(block.pointer, block.marked, block.lifetime) for block in content_blocks(turn(body).request)]
    assert found == [
        ("/toolConfig/tools/0", True, None),
        ("/system/0", True, "1h"),
        ("/messages/0/content/1", False, None),
    ]


def gpt(*items: JsonObject, **more: Any) -> JsonObject:
    return {"model": "gpt-5.6", "input": [*items], **more}


def test_messages_of_openai_close_at_users_results_and_the_instructions_in_front() -> None:
    call = {"type": "function_call", "call_id": "c", "name": "look", "arguments": "{}"}
    result = {"type": "function_call_output", "call_id": "c", "output": "Two."}
    body = gpt(
        said("developer", "Be short."), said("user", "Hello."), call, call, result, result, said("assistant", "Hi.")
    )
    found = content_blocks(turn(body).request)
    assert [block.closes for block in found] == [True, True, False, False, False, True, False]
    assert not any(
        b.closes for b in content_blocks(turn(body | {"prompt_cache_options": {"mode": "explicit"}}).request)
    )


def test_instructions_are_a_block_and_so_is_a_single_text() -> None:
    found = content_blocks(turn({"model": "gpt-5.6", "instructions": "Be short.", "input": "Hello."}).request)
    assert [(block.pointer, block.level, block.closes) for block in found] == [
        ("/instructions", "system", False),
        ("/input", "messages", True),
    ]


def test_an_empty_text_is_no_block() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    body = {"model": "gpt-5.6", "messages": [said("user", "Hello."), said("assistant", "") | {"tool_calls": [call]}]}
    found = [block.pointer for block in content_blocks(turn(body).request)]
    assert found == ["/messages/0/content", "/messages/1/tool_calls/0"]


def test_an_api_whose_caching_knows_no_blocks_has_none_with_any_engine(model: Model) -> None:
    body = {"contents": [{"role": "user", "parts": [{"text": "Hello."}]}]}
    assert served(body, model)[1].blocks == ()


def test_a_bare_text_among_parts_is_no_block_and_counts_with_the_next_one(model: Model) -> None:
    body = {"model": "gpt-5.6", "messages": [{"role": "user", "content": ["How many?", text("And why?")]}]}
    prompt, spans = served(body, model, "openai")
    (block,) = spans.blocks
    offset = prompt.text.index("And why?") + len("And why?")
    assert block.end == len(model.encode(Rendering((prompt.text[:offset],))).ids)
    assert [one.pointer for one in content_blocks(turn(body).request)] == ["/messages/0/content/1"]


def test_another_last_question_is_read_only_where_a_breakpoint_stands(model: Model) -> None:
    def asked(question: str, **mark: Any) -> JsonObject:
        return gpt(said("developer", {"type": "input_text", "text": LONG, **mark}), said("user", question))

    mark = {"prompt_cache_breakpoint": {"mode": "explicit"}}
    assert predicted(asked("How many?"), asked("Why?"), model, "openai").high == 0
    found = predicted(asked("How many?", **mark), asked("Why?", **mark), model, "openai")
    assert found.low == found.high > 1000
    assert predicted(asked("How many?"), asked("How many?"), model, "openai").low > 1000


def test_parameters_are_held_at_the_level_that_they_lose() -> None:
    body = claude(said("user", "Hello."), speed="fast", tool_choice={"type": "none"}, temperature=1)
    keys = parameter_keys(turn(body), "anthropic")
    assert "tools" not in keys
    assert "fast" in keys["system"]
    assert "none" in keys["messages"]
    effort = gpt(said("user", "Hello."), reasoning={"effort": "low"}, temperature=1)
    assert parameter_keys(turn(effort), "openai") == {"tools": '[["reasoning_effort", "low"]]'}
    assert parameter_keys(turn(effort), "deepseek") == {}


def test_a_picture_anywhere_is_in_the_key_of_the_messages() -> None:
    picture = {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}
    bodies = claude(said("user", "Hello.")), claude(said("user", picture, text("Hello.")))
    keys = [parameter_keys(turn(body), "anthropic") for body in bodies]
    assert keys[0]["messages"] != keys[1]["messages"]
    assert keys[0]["system"] == keys[1]["system"]


def test_content_that_the_api_holds_is_named() -> None:
    body = {"cachedContent": "cachedContents/a", "contents": [{"role": "user", "parts": [{"text": "Hello."}]}]}
    one = turn(body)
    spans = cache_spans(one, "gemini", Prompt("", []), trace(one.chat, "", lambda _chat: ""), lambda _text: [])
    assert (spans.reference, spans.blocks) == ("cachedContents/a", ())


def test_an_edge_that_cuts_a_token_gives_it_to_what_follows(model: Model) -> None:
    prompt = "The bakery has seven loaves of rye bread left in the second shelf today. " * 3
    ids = model.encode(Rendering((prompt,))).ids
    ends = list(range(3, len(prompt), 7))
    found = token_ends(Prompt(prompt, ids), ends, lambda text: model.encode(Rendering((text,))).ids)
    edges = list(accumulate(len(model.token_text(prompt, number)) for number in range(len(ids))))
    for end, tokens in zip(ends, found, strict=True):
        exact = sum(edge <= end for edge in edges)
        assert abs(tokens - exact) <= 1
    assert found == sorted(found)
