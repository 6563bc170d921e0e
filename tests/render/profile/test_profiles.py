import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.errors import PromptlintError, TemplateError, UsageError
from promptlint.model import Chat
from promptlint.render.llama_cpp_facts import LlamaCppFacts
from promptlint.render.profile import PROFILES, ModelCard, apply, llama_cpp
from promptlint.render.template_facts import TemplateFacts
from tests.render.profile.engines import ENGINES, PARTS, USER, context, message_of_each, tool_of_each


def test_the_registry_names_the_four_profiles() -> None:
    assert list(PROFILES) == ["transformers", "vllm", "sglang", "llama.cpp"]
    with pytest.raises(UsageError, match="no serving profile named 'tgi'"):
        apply("tgi", Chat([USER]), TemplateFacts())


def test_the_registry_hands_a_chat_to_llama_cpp_too() -> None:
    chat = Chat([{"role": "developer", "content": "d"}, USER], None, {"reasoning_effort": "low"})
    used = apply("llama.cpp", chat, LlamaCppFacts())
    assert used == llama_cpp.apply(chat, LlamaCppFacts(), ModelCard())
    assert (used.flavour, used.messages[0]["role"]) == ("llama.cpp", "system")


def test_row_9_unknown_keys_of_a_message() -> None:
    known = {"tool_call_id": "c", "name": "n"}
    seen = message_of_each({"role": "tool", "content": "x", **known, "task": "t", "phase": "p", "other": 1})
    assert {engine: list(message) for engine, message in seen.items()} == {
        "transformers": ["role", "content", "tool_call_id", "name", "task", "phase", "other"],
        "vllm": ["role", "content", "tool_call_id", "name", "task"],
        "sglang": ["role", "content", "tool_call_id", "name", "phase"],
    }


def test_content_of_parts_comes_last_on_sglang() -> None:
    message = {"role": "tool", "content": [{"type": "text", "text": "x"}], "tool_call_id": "c"}
    assert list(message_of_each(message, PARTS)["sglang"]) == ["role", "tool_call_id", "content"]
    assert list(message_of_each(message)["sglang"]) == ["role", "content", "tool_call_id"]


def test_row_9_a_user_has_no_name_on_sglang() -> None:
    seen = message_of_each({"role": "user", "content": "x", "name": "n"})
    assert {engine for engine, message in seen.items() if "name" in message} == {"transformers", "vllm"}


def test_row_11_no_tools_is_none_and_defined() -> None:
    for engine in ENGINES:
        used = context(engine, USER)
        assert used.tools is None
        assert not used.omit_tools


def test_row_16_numbers_of_a_schema_stay_as_they_are() -> None:
    tools = tool_of_each({"type": "function", "function": {"name": "f", "parameters": {"minimum": 1.0, "maximum": 1}}})
    assert all(repr(t["function"]["parameters"]) == "{'minimum': 1.0, 'maximum': 1}" for t in tools.values())


@pytest.mark.parametrize("messages", [[], ["hi"], [{"content": "hi"}], [{"role": None}]])
def test_conversations_that_a_server_refuses(messages: list[Any]) -> None:
    for engine in ("vllm", "sglang"):
        with pytest.raises(TemplateError):
            apply(engine, Chat(messages), TemplateFacts())


def test_limits_of_the_chat_come_first() -> None:
    for engine in ENGINES:
        used = apply(
            engine, Chat([USER], None, {"chat_template_kwargs": {"messages": 1}}, limits=("x",)), TemplateFacts()
        )
        assert used.limits[0] == "x"
        assert len(used.limits) == 2


WORDS = st.sampled_from(
    [
        *("role", "content", "system", "user", "assistant", "tool", "developer", "text", "type", "function", "name"),
        *(
            "arguments",
            "id",
            "tool_calls",
            "tool_call_id",
            "image_url",
            "url",
            "reasoning",
            "reasoning_content",
            "tools",
        ),
        *("enable_thinking", "x-anthropic-billing-header\nq", "{}", "[1]", "none", "auto", "effort", "enabled"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False) | WORDS | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
CONTENT = JSON | st.lists(
    st.fixed_dictionaries({"type": WORDS}, optional={"text": JSON, "image_url": JSON}), max_size=3
)
FUNCTION = st.fixed_dictionaries({}, optional={"name": WORDS, "arguments": JSON, "parameters": JSON})
CALL = st.fixed_dictionaries({}, optional={"id": JSON, "type": JSON, "function": FUNCTION | JSON})
MESSAGE = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "user", "assistant", "tool", "developer", "other"])},
    optional={"content": CONTENT, "tool_calls": st.lists(CALL, max_size=3) | JSON, "tool_call_id": JSON, "tools": JSON},
)
PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "tool_choice": JSON,
        "chat_template_kwargs": JSON | st.dictionaries(st.sampled_from(["tools", "messages", "x"]), JSON),
        "documents": JSON,
        "reasoning_effort": JSON,
        "reasoning": JSON,
        "continue_final_message": JSON,
        "add_generation_prompt": JSON,
    },
)
FACTS = st.builds(
    TemplateFacts,
    vllm_format=st.sampled_from(["string", "openai"]),
    sglang_format=st.sampled_from(["string", "openai"]),
    knows_developer=st.booleans(),
    reads_tool_call_id=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(
    messages=st.lists(MESSAGE | JSON, max_size=4),
    tools=st.none() | st.lists(st.fixed_dictionaries({"function": FUNCTION | JSON}) | JSON, max_size=3),
    parameters=PARAMETERS,
    facts=FACTS,
)
def test_nothing_is_mutated_and_nothing_else_is_raised(
    messages: list[Any], tools: list[Any] | None, parameters: dict[str, Any], facts: TemplateFacts
) -> None:
    before = copy.deepcopy((messages, tools, parameters))
    for engine in ENGINES:
        try:
            first = apply(engine, Chat(messages, tools, parameters), facts, ModelCard())
        except PromptlintError:
            continue
        finally:
            assert (messages, tools, parameters) == before
        assert first == apply(engine, Chat(*copy.deepcopy((messages, tools, parameters))), facts)
