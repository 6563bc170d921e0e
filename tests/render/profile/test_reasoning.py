from typing import Any

import pytest

from promptlint.render.template_facts import TemplateFacts
from tests.render.profile.engines import ENGINES, USER, context, message_of_each

NAMES = ("reasoning", "reasoning_content", "thinking")


@pytest.mark.parametrize(
    ("sent", "engines_that_see_it"),
    [
        ("reasoning_content", {"transformers", "vllm", "sglang"}),
        ("reasoning", {"transformers", "vllm"}),
        ("thinking", {"transformers"}),
    ],
)
def test_row_8_reasoning_under_each_name(sent: str, engines_that_see_it: set[str]) -> None:
    seen = message_of_each({"role": "assistant", "content": "x", sent: "r"})
    assert {
        engine for engine, message in seen.items() if message.get("reasoning_content") == "r"
    } == engines_that_see_it
    # transformers' aliases run below all of them
    assert all(seen[engine]["thinking"] == "r" for engine in engines_that_see_it)


def test_row_8_vllm_takes_the_new_name_first_and_writes_two() -> None:
    message = {"role": "assistant", "content": "x", "reasoning_content": "old", "reasoning": "new"}
    seen = message_of_each(message)
    assert {name: seen["vllm"].get(name) for name in NAMES} == dict.fromkeys(NAMES, "new")
    assert seen["transformers"]["thinking"] == "old"


def test_row_8_only_an_assistant_reasons_on_vllm() -> None:
    seen = message_of_each({"role": "tool", "content": "x", "reasoning_content": "r"})
    assert "reasoning_content" not in seen["vllm"]


@pytest.mark.parametrize(
    ("parameters", "vllm", "sglang"),
    [
        ({}, None, None),
        ({"reasoning_effort": "low"}, True, True),
        ({"reasoning_effort": "none"}, False, False),
        ({"reasoning": {"effort": "none"}}, None, False),
        ({"reasoning": {"enabled": "yes"}}, None, True),
        ({"reasoning": {"enabled": False}}, None, None),
        ({"reasoning_effort": "low", "chat_template_kwargs": {"enable_thinking": False}}, False, False),
        ({"chat_template_kwargs": {"enable_thinking": True}}, True, True),
        ({"enable_thinking": False}, None, None),
    ],
)
def test_row_12_thinking_switch(parameters: dict[str, Any], vllm: bool | None, sglang: bool | None) -> None:
    facts = TemplateFacts(variables=("enable_thinking",))
    seen = {e: context(e, USER, facts=facts, **parameters).variables.get("enable_thinking") for e in ENGINES}
    asked = parameters.get("chat_template_kwargs", {}).get("enable_thinking")
    assert seen == {"transformers": asked, "vllm": vllm, "sglang": sglang}


def test_a_switch_in_the_wrong_place_is_named() -> None:
    for engine in ENGINES:
        assert "enable_thinking" in context(engine, USER, enable_thinking=False).limits[0]
