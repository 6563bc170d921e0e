"""Reasoning under all its names, and inside of the text."""

from __future__ import annotations

from typing import Any

from promptlint.lint.reasoning import IN_TEXT, as_text, reasoning, same_but_for_thought, split_thought


def test_the_names() -> None:
    message: dict[str, Any] = {
        "role": "assistant",
        "reasoning": "Hm.",
        "thinking": None,
        "reasoning_details": [],
        "content": "Hi.",
    }
    assert reasoning(message) == {"reasoning": "Hm.", "reasoning_details": []}


def test_thoughts_in_the_text() -> None:
    assert reasoning({"role": "assistant", "content": "\n<think>Hm.</think>Hi."}) == {IN_TEXT: "Hm."}
    assert reasoning({"role": "user", "content": "<think>Hm.</think>Hi."}) == {}
    assert split_thought("<think>Hm.") == ("", "<think>Hm.")
    assert split_thought("Say <think></think>") == ("", "Say <think></think>")


def test_the_rest_of_the_text() -> None:
    assert same_but_for_thought("<think>Hm.</think>\n\nHi.", "Hi.")
    assert not same_but_for_thought("<think>Hm.</think>Hi.", "Bye.")
    assert not same_but_for_thought("Hi.", "Hi. ")


def test_as_text() -> None:
    assert as_text("Hm.") == "Hm."
    assert as_text([{"text": "Hm."}]) == '[{"text": "Hm."}]'
