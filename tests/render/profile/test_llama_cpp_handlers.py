from __future__ import annotations

from typing import Any

import pytest

from promptlint.render.llama_cpp_facts import Handler, LlamaCppFacts
from promptlint.render.profile.llama_cpp_handlers import beginning, finished, rewritten

Message = dict[str, Any]


def calls(*ids: str) -> list[Message]:
    return [{"type": "function", "function": {"name": f"f{name}", "arguments": {}}, "id": name} for name in ids]


def answer(content: str = "", **more: Any) -> Message:
    return {"role": "assistant", "content": content, **more}


def result(content: str, name: str) -> Message:
    return {"role": "tool", "content": content, "tool_call_id": name}


def test_gpt_oss_reads_reasoning_as_thinking_and_no_content_beside_calls() -> None:
    thought = answer("said", reasoning_content="r")
    calling = answer("said", reasoning_content="r", tool_calls=calls("1"))
    plain, beside, none = rewritten([thought, calling, answer("a")], "gpt-oss")
    assert plain == {**thought, "thinking": "r"}
    assert "content" not in beside
    assert none == answer("a")


def test_lfm2_reads_reasoning_under_both_names() -> None:
    assert rewritten([answer("a", reasoning_content="r")], "lfm2")[0]["thinking"] == "r"


def test_ministral_takes_parts_with_reasoning_first() -> None:
    text = {"type": "text", "text": "a"}
    messages = [
        {"role": "system", "content": [text]},
        answer("a", reasoning_content="r"),
        {"role": "user", "content": "u"},
    ]
    system, thought, user = rewritten(messages, "ministral")
    assert system["content"] == [text]
    assert thought == {"role": "assistant", "content": [{"type": "thinking", "thinking": "r"}, text]}
    assert user["content"] == "u"


def test_deepseek_4_puts_results_in_the_order_of_the_calls() -> None:
    one, two = result("1", "a"), result("2", "b")
    user = {"role": "user", "content": "u"}
    messages = [answer(tool_calls=calls("a", "b")), two, user, one, answer("done")]
    assert rewritten(messages, "deepseek-4") == [messages[0], one, user, two, answer("done")]
    assert rewritten(messages, "deepseek-3.2") == messages


def test_provenance_marks_do_not_change_the_order_of_results() -> None:
    marked = {"a": "\U000f0001a\U00100001", "b": "\U000f0002b\U00100002"}
    messages = [answer(tool_calls=calls("a", marked["b"])), result("2", "b"), result("1", marked["a"])]
    assert [message["content"] for message in rewritten(messages, "deepseek-4")[1:]] == ["1", "2"]


def test_older_gemma_4_has_a_turn_in_one_message() -> None:
    messages = [
        answer("before", tool_calls=calls("a", "b"), reasoning_content="r"),
        result('{"x": 1.0}', "a"),
        result("plain", "b"),
        result("more", "c"),
        answer("after"),
        {"role": "user", "content": "u"},
    ]
    turn, user = rewritten(messages, "gemma-4-outdated")
    assert turn == {
        "role": "assistant",
        "tool_calls": calls("a", "b"),
        "tool_responses": [
            {"name": "fa", "response": {"x": 1.0}},
            {"name": "fb", "response": "plain"},
            {"name": "c", "response": "more"},
        ],
        "content": "after",
        "reasoning_content": "r",
    }
    assert user == messages[-1]


def test_an_answer_with_further_calls_is_a_turn_of_its_own() -> None:
    messages = [answer(tool_calls=calls("a")), answer(tool_calls=calls("b")), result("NaN", "b")]
    first, second = rewritten(messages, "gemma-4-outdated")
    assert "tool_responses" not in first
    assert "content" not in first
    assert second["tool_responses"] == [{"name": "fb", "response": "NaN"}]


def test_parts_of_a_result_are_a_response_as_they_are() -> None:
    parts = [{"type": "text", "text": '{"x": 1}'}]
    messages = [answer(tool_calls=calls("a")), {"role": "tool", "content": parts, "tool_call_id": "a"}]
    (turn,) = rewritten(messages, "gemma-4-outdated")
    assert turn["tool_responses"] == [{"name": "fa", "response": parts}]


@pytest.mark.parametrize(
    ("handler", "message", "text"),
    [
        ("ministral", answer("c", reasoning_content="r"), "[THINK]r[/THINK]c"),
        ("minicpm-5", answer("c"), "<|im_start|>assistant\n<think>\n\n</think>\n\nc"),
        ("gigachat-3", answer("c"), "assistant<|role_sep|>\nc"),
        ("deepseek-4", answer("c"), "<｜Assistant｜></think>c"),
        ("deepseek-4", answer("c", reasoning_content="r"), "<｜Assistant｜><think>r</think>c"),
        ("minimax-m3", answer("c"), "on<mm:think></mm:think>c"),
        ("qwen3-coder", answer("c"), "<|im_start|>assistant\n<think>\n\n</think>\n\nc"),
        ("auto", answer("c"), "onc"),
        ("auto", answer([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]), "ona\n\nb"),  # type: ignore[arg-type]  # a list on purpose
    ],
)  # fmt: skip  # laid out by hand, to be read as a table
def test_beginnings_of_an_answer(handler: Handler, message: Message, text: str) -> None:
    facts = LlamaCppFacts(handler=handler, thinks=True, generation_prompts=("off", "on"))
    assert beginning(message, False, facts, True) == text


def test_a_begun_reasoning_stays_open() -> None:
    message = answer("", reasoning_content="r")
    assert beginning(message, True, LlamaCppFacts(handler="lfm2"), True) == "<|im_start|>assistant\n<think>r"
    assert beginning(message, True, LlamaCppFacts(handler="qwen3-coder"), True) == "<|im_start|>assistant\nr"


def test_a_beginning_with_marks_that_were_found() -> None:
    facts = LlamaCppFacts(generation_prompts=("A:<t>\n</t>", "A:<t>\n"), reasoning_start="<t>", reasoning_end="</t>")
    assert beginning(answer("c"), False, facts, True) == "A:<t></t>c"
    assert beginning(answer("c", reasoning_content="r"), False, facts, False) == "A:<t>r</t>c"
    assert beginning(answer("", reasoning_content="r"), True, facts, True) == "A:<t>r"


def test_gpt_oss_turns_the_last_return_into_an_end() -> None:
    facts = LlamaCppFacts(handler="gpt-oss")
    text = "a<|return|>b<|return|>"
    assert finished(text, facts, generation=False, prefill=None) == "a<|return|>b<|end|>"
    assert finished(text, facts, generation=True, prefill=None) == text
    assert finished("none", facts, generation=False, prefill=None) == "none"


def test_gemma_4_always_opens_a_turn() -> None:
    facts = LlamaCppFacts(handler="gemma-4")
    assert finished("x<turn|>\n", facts, generation=True, prefill=None) == "x<turn|>\n<|turn>model\n"
    assert finished("x<turn|>\n", facts, generation=False, prefill="p") == "x<turn|>\n<|turn>model\np"
    assert finished("x<turn|>\n", facts, generation=False, prefill=None) == "x<turn|>\n"
    assert finished("x", facts, generation=True, prefill=None) == "x"
