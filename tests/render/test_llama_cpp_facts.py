from __future__ import annotations

import json

import pytest

from promptlint.render.capabilities import Capabilities
from promptlint.render.llama_cpp_facts import Handler, LlamaCppFacts, handler_of, llama_cpp_facts

CHAT = (
    "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{{ eos_token }}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{{ '<think>' if enable_thinking }}{% endif %}"
)


def test_facts_of_a_template() -> None:
    facts = llama_cpp_facts(CHAT, {"bos_token": "<s>", "eos_token": {"content": "</s>"}, "unk_token": "<u>"})
    assert (facts.bos, facts.eos, facts.handler) == ("<s>", "</s>", "auto")
    assert (facts.thinks, facts.reasoning_start, facts.reasoning_end) == (True, "<think>", "")
    assert facts.generation_prompts == ("<|assistant|>", "<|assistant|><think>")
    assert not facts.keeps_developer
    assert not facts.trims
    assert not facts.capabilities.supports_tools


def test_facts_survive_the_journey_between_processes() -> None:
    facts = llama_cpp_facts(CHAT, {"bos_token": "<s>"})
    assert LlamaCppFacts.from_dict(json.loads(json.dumps(facts.as_dict()))) == facts


@pytest.mark.parametrize(
    "source", ["{% for", "{{ 1 / none }}", "{% for i in range(99999) %}{{ 'x' * 9999 }}{% endfor %}"]
)
def test_any_template_has_facts(source: str) -> None:
    facts = llama_cpp_facts(source, {})
    assert facts.generation_prompts == ("", "")
    assert isinstance(facts.capabilities, Capabilities)


@pytest.mark.parametrize(
    ("source", "handler", "thinks"),
    [
        ("[SYSTEM_PROMPT][TOOL_CALLS][ARGS]", "ministral", True),
        ("[SYSTEM_PROMPT][TOOL_CALLS][ARGS][CALL_ID]", "auto", False),
        ("<|channel|>", "gpt-oss", True),
        ("<|tool_list_start|><|tool_list_end|>", "lfm2", True),
        ("List of tools: [", "lfm2", True),
        ("<|role_sep|><|message_sep|>", "gigachat-3", False),
        ("dsml_token DSML function_calls tool_calls", "deepseek-3.2", True),
        ("dsml_token DSML tool_calls", "deepseek-4", True),
        ("'<|tool_call>call:' {#- OpenAI Chat Completions: #}", "gemma-4", True),
        ("'<|tool_call>call:'", "gemma-4-outdated", True),
        ("<tool_call><function=<parameter=", "qwen3-coder", False),
        ("<tool_call><function=<parameter=<think>", "qwen3-coder", True),
        (">>>all >>>${recipient}", "functionary-3.2", False),
        ("plain", "auto", False),
    ],
)
def test_handlers_are_told_by_pieces_of_the_text(source: str, handler: Handler, thinks: bool) -> None:
    assert handler_of(source) == handler
    raw = "{% raw %}" + source + "{% endraw %}"
    assert llama_cpp_facts(raw, {}).thinks is thinks


def test_rewrites_that_depend_on_the_text() -> None:
    assert llama_cpp_facts("<|channel|>", {}).keeps_developer
    assert llama_cpp_facts("You have access to the following functions in JSONSchema format", {}).trims


def test_probes_wrap_text_for_a_template_that_takes_parts_only() -> None:
    source = "{% for m in messages %}{{ m.content[0].text }}{% endfor %}{% if add_generation_prompt %}A:{% endif %}"
    facts = llama_cpp_facts(source, {})
    assert not facts.capabilities.supports_string_content
    assert facts.generation_prompts == ("A:", "A:")
