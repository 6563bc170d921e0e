from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import pytest

from promptlint.errors import TemplateError
from promptlint.model import Chat
from promptlint.render.capabilities import Capabilities
from promptlint.render.llama_cpp_facts import LlamaCppFacts
from promptlint.render.profile import llama_cpp
from promptlint.render.profile.context import Context, ModelCard

USER = {"role": "user", "content": "hi"}
PARTS = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]


def facts(**capabilities: bool) -> LlamaCppFacts:
    return LlamaCppFacts(capabilities=Capabilities(**{f"supports_{name}": on for name, on in capabilities.items()}))


def apply(
    messages: Sequence[dict[str, Any]], known: LlamaCppFacts | None = None, tools: Any = None, **parameters: Any
) -> Context:
    return llama_cpp.apply(Chat(messages, tools, parameters), known or LlamaCppFacts(), ModelCard())


def calling(arguments: Any) -> dict[str, Any]:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": arguments}}
    return {"role": "assistant", "content": None, "tool_calls": [call]}


def arguments_of(context: Context) -> Any:
    return context.messages[1]["tool_calls"][0]["function"]["arguments"]


def test_row_3_arguments_are_objects_where_the_template_takes_them_so() -> None:
    result = {"role": "tool", "content": "r", "tool_call_id": "1"}
    messages = [USER, calling('{"b": 60.0, "a": 1}'), result]
    assert arguments_of(apply(messages, facts(object_arguments=True))) == {"b": 60.0, "a": 1}
    assert arguments_of(apply(messages)) == '{"b": 60.0, "a": 1}'
    assert arguments_of(apply([USER, calling({"a": [1]}), result])) == '{"a":[1]}'


@pytest.mark.parametrize("arguments", ["", "{", '{"a": NaN}', "[" * 100_000])
def test_row_3_other_text_is_an_error(arguments: str) -> None:
    with pytest.raises(TemplateError, match="Failed to parse tool call arguments as JSON") as caught:
        apply([USER, calling(arguments), USER], facts(object_arguments=True))
    assert caught.value.kind == "server_error"


def test_integers_beyond_64_bits_become_floats() -> None:
    context = apply([USER, calling('{"a": 18446744073709551616}'), USER], facts(object_arguments=True))
    assert isinstance(arguments_of(context)["a"], float)


def test_row_6_parts_are_joined_where_the_template_takes_text_only() -> None:
    messages = [{"role": "user", "content": PARTS}]
    assert apply(messages).messages[0]["content"] == "a\nb"
    assert apply(messages, facts(typed_content=True)).messages[0]["content"] == PARTS


def test_row_7_text_is_wrapped_where_the_template_takes_parts_only() -> None:
    only_parts = facts(typed_content=True, string_content=False)
    assert apply([USER], only_parts).messages[0]["content"] == [{"type": "text", "text": "hi"}]
    assert apply([USER], facts(typed_content=True)).messages[0]["content"] == "hi"


def test_row_10_developer_becomes_system() -> None:
    messages = [{"role": "developer", "content": "d"}, USER]
    assert apply(messages).messages[0]["role"] == "system"
    assert apply(messages, LlamaCppFacts(keeps_developer=True)).messages[0]["role"] == "developer"


def test_a_system_text_goes_before_the_next_message_where_there_is_no_such_role() -> None:
    none = facts(system_role=False)
    system = {"role": "system", "content": "s"}
    assert apply([system, USER], none).messages == [{"role": "user", "content": "s\nhi"}]
    assert apply([system], none).messages == []
    assert apply([USER, system], none).messages == [USER, system]
    assert apply([system, USER]).messages == [system, USER]
    with pytest.raises(TemplateError, match="is array"):
        apply([system, {"role": "user", "content": PARTS}], facts(system_role=False, typed_content=True))


def test_row_11_tools_are_undefined_unless_there_are_some() -> None:
    assert apply([USER], tools=[]).omit_tools
    assert apply([USER]).omit_tools
    context = apply([USER], tools=[{"type": "function", "function": {"name": "f"}}])
    assert not context.omit_tools
    assert context.tools is not None


def test_row_12_thinking_is_always_told() -> None:
    thinks = LlamaCppFacts(thinks=True)
    assert apply([USER]).variables["enable_thinking"] is False
    assert apply([USER], thinks).variables["enable_thinking"] is True
    off = {"chat_template_kwargs": {"enable_thinking": False}}
    assert apply([USER], thinks, **off).variables["enable_thinking"] is False
    context = apply([USER], thinks, reasoning_effort="none")
    assert context.variables["enable_thinking"] is False
    assert "reasoning_effort" not in context.variables
    with pytest.raises(TemplateError, match="expected boolean, got string"):
        apply([USER], chat_template_kwargs={"enable_thinking": "no"})


def test_effort_has_two_names_and_the_body_wins() -> None:
    low = {"reasoning_effort": "low"}
    assert apply([USER], chat_template_kwargs=low).variables["reasoning_strength"] == "low"
    both = apply([USER], chat_template_kwargs=low, reasoning_effort="high").variables
    assert (both["reasoning_effort"], both["reasoning_strength"]) == ("high", "high")


def test_old_reasoning_is_kept_unless_the_request_says_otherwise() -> None:
    kept = apply([USER]).variables
    assert [kept[name] for name in ("preserve_thinking", "clear_thinking", "drop_thinking")] == [True, False, False]
    dropped = apply([USER], chat_template_kwargs={"preserve_reasoning": False}).variables
    assert [dropped[name] for name in ("preserve_thinking", "truncate_history_thinking")] == [False, True]
    own = apply([USER], chat_template_kwargs={"preserve_thinking": False}).variables
    assert [own[name] for name in ("preserve_thinking", "clear_thinking")] == [False, False]
    odd = apply([USER], chat_template_kwargs={"preserve_reasoning": "yes"}).variables
    assert odd["preserve_reasoning"] == "yes"
    assert "preserve_thinking" not in odd


def test_row_14_a_last_answer_is_begun_and_not_closed() -> None:
    begun = {"role": "assistant", "content": "so far"}
    context = apply([USER, begun], LlamaCppFacts(generation_prompts=("A:", "A:")))
    assert context.messages == [USER]
    assert context.prefill == "A:so far"
    assert "add_generation_prompt" not in context.variables
    assert llama_cpp.finish("U:hi\n", context, LlamaCppFacts()) == "U:hi\nA:so far"


def test_row_14_what_cannot_be_continued() -> None:
    begun = {"role": "assistant", "content": "a"}
    with pytest.raises(TemplateError, match="2 or more assistant messages"):
        apply([USER, begun, begun])
    with pytest.raises(TemplateError, match="contains tool calls"):
        apply([USER, calling("{}")])
    with pytest.raises(TemplateError, match="Cannot set both"):
        apply([USER, begun], continue_final_message=True)


def test_without_messages_there_is_nothing_to_continue() -> None:
    context = apply([], continue_final_message=True, add_generation_prompt=False)
    assert (context.messages, context.prefill) == ([], None)
    assert "add_generation_prompt" not in context.variables


def test_continuing_reasoning() -> None:
    facts = LlamaCppFacts(handler="lfm2")
    begun = {"role": "assistant", "content": "", "reasoning_content": "r"}
    assert str(apply([USER, begun], facts).prefill).endswith("<think>r")
    asked = {"continue_final_message": "content", "add_generation_prompt": False}
    assert str(apply([USER, begun], facts, **asked).prefill).endswith("<think>r</think>")


def test_row_15_tools_stay_with_tool_choice_none() -> None:
    tools = [{"type": "function", "function": {"name": "f"}}]
    assert apply([USER], tools=tools, tool_choice="none") == apply([USER], tools=tools)


def test_row_17_text_that_is_not_nfc_is_named_as_a_limit() -> None:
    nfd = "cafe\u0301"
    for content in (nfd, [{"type": "text", "text": nfd}]):
        assert any("NFC" in limit for limit in apply([{"role": "user", "content": content}]).limits)


def test_a_generation_prompt_is_wanted_unless_the_request_says_otherwise() -> None:
    assert apply([USER], add_generation_prompt=None).variables["add_generation_prompt"] is True
    assert "add_generation_prompt" not in apply([USER], add_generation_prompt=False).variables


def test_row_18_one_bos_where_the_vocabulary_adds_one() -> None:
    assert llama_cpp.with_bos("<s>a<s>", "<s>", True) == "<s>a<s>"
    assert llama_cpp.with_bos("a", "<s>", True) == "<s>a"
    assert llama_cpp.with_bos("<s>a", "<s>", False) == "<s>a"
    assert llama_cpp.with_bos("a", "", True) == "a"


def test_templates_see_two_special_tokens() -> None:
    variables = apply([USER], LlamaCppFacts(bos="<s>", eos="</s>")).variables
    assert {name: text for name, text in variables.items() if name.endswith("_token")} == {
        "bos_token": "<s>",
        "eos_token": "</s>",
    }


def test_row_19_the_schema_of_an_answer_is_shown_by_one_handler() -> None:
    wanted = {"type": "json_schema", "json_schema": {"schema": {"type": "array"}}}
    deepseek = LlamaCppFacts(handler="deepseek-4")
    assert apply([USER], deepseek, response_format=wanted).variables["response_format"] == {"type": "array"}
    plain = {"type": "json_object"}
    assert apply([USER], deepseek, response_format=plain).variables["response_format"] == {"type": "object"}
    assert "response_format" not in apply([USER], deepseek, response_format={"type": "text"}).variables
    assert "response_format" not in apply([USER], response_format=wanted).variables


def test_row_20_the_billing_line_stays() -> None:
    line = {"role": "system", "content": "x-anthropic-billing-header: 1\nhi"}
    assert apply([line, USER]).messages[0]["content"] == line["content"]


def test_trimming_comes_before_joining() -> None:
    parts = [{"type": "text", "text": " a "}, {"type": "text", "text": "b\n"}]
    assert apply([{"role": "user", "content": parts}], LlamaCppFacts(trims=True)).messages[0]["content"] == "a\nb"


def test_media_are_named_as_a_limit() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    limits = apply([{"role": "user", "content": [image]}]).limits
    assert any("image" in limit for limit in limits)
    assert apply([USER]).limits == ()


def test_the_chat_stays_as_it_was() -> None:
    messages = [{"role": "developer", "content": PARTS}, calling('{"a": 1}'), USER]
    tools = [{"type": "function", "function": {"name": "f", "strict": True}}]
    parameters = {"chat_template_kwargs": {"a": 1}, "reasoning_effort": "low"}
    before = copy.deepcopy((messages, tools, parameters))
    apply(messages, facts(object_arguments=True, system_role=False), tools, **parameters)
    assert (messages, tools, parameters) == before


def test_marks_inside_argument_text_do_not_matter() -> None:
    context = apply([USER, calling('{"a": "\U000f0000x\U00100000"}'), USER], facts(object_arguments=True))
    assert arguments_of(context) == {"a": "\U000f0000x\U00100000"}
