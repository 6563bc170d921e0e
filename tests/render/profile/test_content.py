from typing import Any

import pytest

from tests.render.profile.engines import PARTS, USER, context, message_of_each


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": value, **more}


def content_of_each(content: Any, role: str = "user", facts: Any = None) -> dict[str, Any]:
    return {
        engine: m.get("content") for engine, m in message_of_each({"role": role, "content": content}, facts).items()
    }


def test_row_5_null_content() -> None:
    assert content_of_each(None, "assistant") == {"transformers": None, "vllm": "", "sglang": ""}
    assert content_of_each(None, "assistant", PARTS) == {"transformers": None, "vllm": [], "sglang": ""}
    assert "content" not in context("transformers", {"role": "assistant", "content": None}, USER).messages[0]


def test_row_6_parts_for_a_template_that_prints_one_string() -> None:
    parts = [text("a"), text(""), text("b")]
    assert content_of_each(parts) == {"transformers": parts, "vllm": "a\nb", "sglang": "a  b"}


def test_row_7_a_string_for_a_template_that_walks_over_parts() -> None:
    assert content_of_each("a", facts=PARTS) == {"transformers": "a", "vllm": [text("a")], "sglang": "a"}
    assert content_of_each("", facts=PARTS) == {"transformers": "", "vllm": [text("")], "sglang": ""}


def test_extra_keys_of_a_part() -> None:
    parts = [text("a", cache_control={"type": "ephemeral"})]
    assert content_of_each(parts, facts=PARTS) == {"transformers": parts, "vllm": parts, "sglang": [text("a")]}


def test_results_of_tools_are_one_string_even_for_templates_that_walk_over_parts() -> None:
    parts = [text("a"), text("b")]
    assert content_of_each(parts, "tool", PARTS) == {"transformers": parts, "vllm": "a\nb", "sglang": "a b"}


def test_a_reference_to_a_tool_is_its_name_or_a_part_that_has_only_it() -> None:
    parts = [text("a"), {"type": "tool_reference", "name": "f", "extra": 1}]
    assert content_of_each(parts) == {"transformers": parts, "vllm": "a\nf", "sglang": "a"}
    wrapped = [text("a"), {"type": "tool_reference", "name": "f"}]
    assert content_of_each(parts, facts=PARTS) == {"transformers": parts, "vllm": wrapped, "sglang": wrapped}


def test_parts_that_are_no_objects_are_text_or_nothing() -> None:
    parts = ["a", 1, None, text("b")]
    seen = content_of_each(parts, facts=PARTS)
    assert (seen["vllm"], seen["sglang"]) == ([text("a"), text("b")], [text("a"), text("b")])


@pytest.mark.parametrize(
    ("content", "left"),
    [
        ("x-anthropic-billing-header: cch=1\nYou are", "You are"),
        ([text("x-anthropic-billing-header: cch=1"), text("You are")], "You are"),
        ("x-anthropic-billing-header: cch=1", ""),
        ("\U000f0000x-anthropic-billing-header: cch=1\nYou are\U00100000", "You are\U00100000"),
        ("You are\nx-anthropic-billing-header: cch=1", "You are\nx-anthropic-billing-header: cch=1"),
    ],
)
def test_row_20_billing_header(content: Any, left: str) -> None:
    seen = content_of_each(content, "system")
    assert seen["vllm"] == left
    assert seen["transformers"] == content
    assert "billing" in seen["sglang"]
    assert "billing" in content_of_each(content, "user")["vllm"]


def test_parts_that_the_api_refuses_are_left_out_and_named() -> None:
    for engine, name in (("vllm", "vLLM"), ("sglang", "SGLang")):
        for facts, content in ((None, "a"), (PARTS, [text("a")])):
            message = {"role": "user", "content": [text("a"), {"type": "document", "data": "…"}]}
            used = context(engine, message, facts=facts)
            assert used.messages[0]["content"] == content
            assert used.limits == (f"{name} refuses content parts of type document; left out here",)
