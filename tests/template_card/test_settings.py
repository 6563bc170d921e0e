"""What a card finds of the clock, the parameters and the generation prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.template_card.facts import GenerationFacts
from promptlint.template_card.settings import generation_facts, parameters
from tests.template_card.probes import PLAIN, probed, template


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PLAIN, GenerationFacts("<|assistant|>", "<|assistant|>", True, None)),
        (
            PLAIN.replace("<|assistant|>", "<|assistant|>{{ '' if enable_thinking is false else '<think>' }}"),
            GenerationFacts("<|assistant|><think>", "<|assistant|>", False, True),
        ),
        (
            template("{{ messages | length }} {{ message.content }}"),
            GenerationFacts("<|assistant|>", "<|assistant|>", None, None),
        ),
    ],
    ids=["in the history too", "with thinking only where it is asked for", "behind a prompt that moves"],
)
def test_the_generation_prompt(text: str, expected: GenerationFacts, tmp_path: Path) -> None:
    with probed(tmp_path, text) as probe:
        assert generation_facts(probe) == expected


def test_parameters_that_reach_the_prompt(tmp_path: Path) -> None:
    with probed(tmp_path, f"{{{{ reasoning_effort }}}}{{{{ enable_thinking }}}}{PLAIN}") as probe:
        assert parameters(probe) == ("enable_thinking", "reasoning_effort")
