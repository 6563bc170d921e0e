from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from promptlint.render.environment import render
from promptlint.render.llama_cpp_reasoning import Reasoning, common_prefix, reasoning

CHAT = "{% for m in messages %}<{{ m.role }}>THOUGHT{{ m.content }}\n{% endfor %}PROMPT"


def rendering(source: str) -> Callable[..., str | None]:
    def rendered(messages: list[Any], tools: Any = None, generation: bool = False, thinking: bool = True) -> str | None:
        variables = {"messages": messages, "tools": tools, "add_generation_prompt": generation}
        try:
            now = datetime(2026, 11, 21)
            return render(source, variables | {"enable_thinking": thinking}, now=now, flavour="llama.cpp")
        except Exception:
            return None

    return rendered


def found(thought: str = "", prompt: str = "", tool_calls: bool = False) -> Reasoning:
    source = CHAT.replace("THOUGHT", thought)
    source = source.replace("PROMPT", "{% if add_generation_prompt %}<assistant>" + prompt + "{% endif %}")
    return reasoning(source, rendering(source), tool_calls)


def test_a_template_that_does_not_think() -> None:
    assert found() == Reasoning()


def test_marks_around_reasoning_in_the_history() -> None:
    thought = "{% if m.reasoning_content %}<think>\n{{ m.reasoning_content }}\n</think>\n{% endif %}"
    assert found(thought) == Reasoning(True, "<think>\n", "\n</think>\n")


def test_reasoning_with_a_mark_behind_it_only() -> None:
    assert found("{% if m.reasoning_content %}! {{ m.reasoning_content }}[END] {% endif %}") == Reasoning(
        True, "", "[END] "
    )


@pytest.mark.parametrize(
    ("prompt", "result"),
    [
        ("{% if enable_thinking %}<think>{% endif %}", Reasoning(True, "<think>", "")),
        ("<think>{% if not enable_thinking %}</think>{% endif %}", Reasoning(True, "<think>", "</think>")),
        ("{{ enable_thinking }}", Reasoning()),
    ],
)
def test_marks_in_the_generation_prompt(prompt: str, result: Reasoning) -> None:
    assert found(prompt=prompt) == result


def test_a_switch_that_also_changes_the_head() -> None:
    source = (
        "{{ 'deep' if enable_thinking else 'plain' }}" + "-" * 80 + "<a>{% if not enable_thinking %}<t> </t>{% endif %}"
    )
    assert reasoning(source, rendering(source), False) == Reasoning(True, "<t>", "</t>")


def test_reasoning_beside_calls_only() -> None:
    thought = "{% if m.tool_calls %}<t>{{ m.reasoning_content }}</t>{% endif %}"
    assert found(thought) == Reasoning()
    assert found(thought, tool_calls=True) == Reasoning(True, "<t>", "</t>\n")


def test_templates_that_are_known_by_their_text() -> None:
    assert found("{{ m.content.split('</think>')[-1] }}") == Reasoning(True, "<think>", "</think>")
    granite = "Write your thoughts between <think></think> and write your response between <response></response>"
    assert found(granite) == Reasoning(True, "<think>", "</think>")
    nemotron = "<SPECIAL_10><SPECIAL_11><SPECIAL_12><TOOL_RESPONSE>"
    assert found(nemotron) == Reasoning(True, "<think>\n", "</think>")


def test_a_template_that_refuses_everything() -> None:
    assert reasoning("", lambda *_args, **_kwargs: None, True) == Reasoning()


def test_common_prefix() -> None:
    assert [common_prefix(*pair) for pair in (("abc", "abd"), ("ab", "abc"), ("", "a"), ("a", "a"))] == [2, 2, 0, 1]
