import json
from typing import Any

import pytest

from promptlint.errors import TemplateError
from tests.render.profile.engines import ENGINES, USER, context, message_of_each


def calling(arguments: Any, **more: Any) -> dict[str, Any]:
    call = {"type": "function", "id": "c", "function": {"name": "f", "arguments": arguments}, **more}
    return {"role": "assistant", "content": "", "tool_calls": [call]}


def test_row_3_argument_text() -> None:
    seen = message_of_each(calling('{"b": 1, "a": [1.0]}'))
    arguments = {engine: message["tool_calls"][0]["function"]["arguments"] for engine, message in seen.items()}
    as_object = {"b": 1, "a": [1.0]}
    assert arguments == {"transformers": '{"b": 1, "a": [1.0]}', "vllm": as_object, "sglang": as_object}
    assert list(arguments["vllm"]) == ["b", "a"]


def test_row_4_key_order_of_a_call() -> None:
    seen = message_of_each(calling("{}", index=0))
    assert {engine: json.dumps(message["tool_calls"][0]) for engine, message in seen.items()} == {
        "transformers": '{"type": "function", "id": "c", "function": {"name": "f", "arguments": "{}"}, "index": 0}',
        "vllm": '{"id": "c", "function": {"arguments": {}, "name": "f"}, "type": "function", "index": 0}',
        "sglang": '{"id": "c", "index": 0, "type": "function", "function": {"name": "f", "arguments": {}}}',
    }


@pytest.mark.parametrize("arguments", ["{bad", "[1]", "", "null", '"s"', "NaN", "[" * 100_000])
def test_text_that_is_no_object(arguments: str) -> None:
    message = calling(arguments)
    function = {"arguments": {}, "name": "f"}
    assert context("vllm", message, USER).messages[0]["tool_calls"][0]["function"] == function
    with pytest.raises(TemplateError, match=r"function\.arguments must be"):
        context("sglang", message, USER)


def test_emptied_arguments_are_named() -> None:
    assert context("vllm", calling("{}"), USER).limits == ()
    assert "reach the template as {}" in context("vllm", calling("[]"), USER).limits[0]


def test_objects_sent_as_arguments_stay_and_are_named() -> None:
    used = context("vllm", calling({"a": 1}), USER)
    assert used.messages[0]["tool_calls"][0]["function"]["arguments"] == {"a": 1}
    assert "refuses tool call arguments that are no string" in used.limits[0]


def test_sglang_reads_numbers_as_its_parser_does() -> None:
    function = context("sglang", calling('{"n": 123456789012345678901}'), USER).messages[0]["tool_calls"][0]["function"]
    assert function["arguments"] == {"n": 1.2345678901234568e20}


def test_nan_is_a_number_for_vllm_only() -> None:
    function = context("vllm", calling('{"n": NaN}'), USER).messages[0]["tool_calls"][0]["function"]
    assert repr(function["arguments"]) == "{'n': nan}"
    with pytest.raises(TemplateError, match="must be valid JSON"):
        context("sglang", calling('{"n": NaN}'), USER)


def test_calls_of_others_than_the_assistant_are_not_decoded() -> None:
    seen = message_of_each({**calling("{bad"), "role": "tool"})
    assert seen["sglang"]["tool_calls"][0]["function"]["arguments"] == "{bad"
    assert "tool_calls" not in seen["vllm"]


def test_marks_inside_argument_text_stay_where_they_are() -> None:
    marked = '{"a": "\U000f0001x\U00100001"}'
    for engine in ENGINES[1:]:
        function = context(engine, calling(marked), USER).messages[0]["tool_calls"][0]["function"]
        assert function["arguments"] == {"a": "\U000f0001x\U00100001"}


@pytest.mark.parametrize("call", [{"id": "c", "type": "function"}, {"function": "f", "id": "c"}, "f"])
def test_a_call_without_a_function_stays_as_it_is_on_vllm(call: Any) -> None:
    message = {"role": "assistant", "content": "", "tool_calls": [call]}
    used = context("vllm", message, USER)
    assert json.dumps(used.messages[0]["tool_calls"]) == json.dumps([call])
    assert used.limits == ()


def test_an_empty_list_of_calls_is_dropped_by_vllm() -> None:
    seen = message_of_each({"role": "assistant", "content": "x", "tool_calls": []})
    assert {engine for engine, message in seen.items() if "tool_calls" in message} == {"transformers", "sglang"}
