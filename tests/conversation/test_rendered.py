"""Prompts that the client has rendered: by their turns, their lines, or their tokens."""

from __future__ import annotations

import pytest

from promptlint.conversation import group
from promptlint.conversation.rendered import pieces
from promptlint.model import Chat, Request, Turn
from tests.conversation.requests import links

CHATML = "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"
LLAMA = "<s>[INST] {} [/INST]"


def prompted(rendered: str | tuple[int | str, ...]) -> Turn:
    return Turn(Request("log.txt", None, "jsonl", "completion", "m", {}), Chat([], rendered=rendered))


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (CHATML.format("q"), ["user\nq"]),
        (LLAMA.format("q"), [" q "]),
        ("<|im_start|>assistant\n", ["assistant\n"]),
        ("<|start_header_id|>system<|end_header_id|>x<|eot_id|><|start_header_id|>user<|end_header_id|>", ["user"]),
        ("one\ntwo\nthr", ["one\n", "two\n"]),
        ("one\ntwo\n", ["one\n", "two\n"]),
        ("one", ["one"]),
        ("", []),
        (tuple(range(17)), [" ".join(map(str, range(16)))]),
        ((1, "a"), ["1 a"]),
    ],
)
def test_pieces(prompt: str | tuple[int | str, ...], expected: list[str]) -> None:
    assert pieces(prompt) == expected


@pytest.mark.parametrize(
    ("prompt", "rest"),
    [
        (CHATML.format("q"), "an answer<|im_end|>\n<|im_start|>user\nr<|im_end|>\n<|im_start|>assistant\n"),
        (LLAMA.format("q"), " an answer</s>[INST] r [/INST]"),
        ("Human: q\nAssistant:", " an answer\nHuman: r\nAssistant:"),
    ],
)
def test_a_prompt_goes_on_in_the_one_it_leads(prompt: str, rest: str) -> None:
    other = prompt.replace("q", "quite another question")
    assert links(group(list(map(prompted, (prompt, other, prompt + rest))))) == [(0, 2)]
    assert links(group(list(map(prompted, (prompt, prompt))))) == []


def test_token_ids_go_on_in_those_they_lead() -> None:
    told = tuple(range(100))
    prompts = [told[:40], tuple(range(500, 540)), told[:70], (*told[:60], *range(200, 260))]
    assert links(group(list(map(prompted, prompts)))) == [(0, 2), (2, 3)]


def test_a_system_text_alone_makes_no_conversation() -> None:
    assert links(group([prompted(CHATML.format("one")), prompted(CHATML.format("two") + "x<|im_end|>\n")])) == []
