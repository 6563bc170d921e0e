"""What a cache holds when a request has been answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promptlint.comparison.output import held_tokens
from promptlint.comparison.pair import compare, compare_structure
from promptlint.dialect import chat
from promptlint.local_model import DEFAULT_NOW, Model
from promptlint.model import Pair, Turn
from promptlint.model_choice import open_model
from promptlint.options import Options
from promptlint.selection import request_of_body
from tests.conftest import TEMPLATE

ASK = {"role": "user", "content": "the quick brown fox"}
SAID = {"role": "assistant", "content": "jumps over the lazy dog"}
MORE = {"role": "user", "content": "and then"}
CALL = {"id": "c1", "type": "function", "function": {"name": "read_file", "arguments": '{"path": "a.py"}'}}
# Writes the reasoning of the last message only.
REASONING = """\
{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\n' }}
{%- if message.role == 'assistant' %}
{%- if loop.last and message.reasoning_content %}{{ '<think>' + message.reasoning_content + '</think>' }}{% endif %}
{%- endif %}
{{- message.content + '<|im_end|>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""
# Never writes any, and opens each answer with an empty one.
DROPS_REASONING = TEMPLATE.replace("{{ '<|im_start|>assistant\n' }}", "{{ '<|im_start|>assistant\n<think>\n' }}")


@pytest.fixture
def opened(model_folder: Callable[..., Path]) -> Iterator[Callable[[str], Model]]:
    models = []

    def open_with(template: str = TEMPLATE) -> Model:
        models.append(open_model(str(model_folder(template)), Options()))
        return models[-1]

    yield open_with
    for model in models:
        model.close()


def answered(body: dict[str, Any], answer: Any) -> Turn:
    request = replace(request_of_body(body), answer=answer)
    return Turn(request, chat(request))


def asked(*messages: dict[str, Any], answer: Any = None, **more: Any) -> Turn:
    return answered({"model": "m", "messages": list(messages), **more}, answer)


def says(**message: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}]}


def held(turn: Turn, model: Model) -> str:
    """The text of what is held behind the prompt."""
    prompt = model.chat_prompt(turn.chat, DEFAULT_NOW)
    found = held_tokens(turn, model, prompt, DEFAULT_NOW)
    assert list(found[: len(prompt.ids)]) == prompt.ids
    return "".join(model.id_texts(found[len(prompt.ids) :]))


def pair(before: Turn, after: Turn, model: Model) -> Pair:
    return compare(before, after, compare_structure(before.chat, after.chat), model, DEFAULT_NOW).pair


def test_an_answer_continues_the_prompt_up_to_its_end(opened: Callable[..., Model]) -> None:
    model = opened()
    assert held(asked(ASK, answer=says(content=SAID["content"])), model) == SAID["content"]
    call = held(asked(ASK, answer=says(content=None, tool_calls=[CALL])), model)
    assert call == '<call>read_file {"path": "a.py"}</call>'


def test_a_streamed_answer_continues_the_prompt(opened: Callable[..., Model]) -> None:
    deltas: list[Any] = [{"role": "assistant"}, {"content": "jumps"}, {"content": " over"}]
    chunks = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    stream = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    assert held(asked(ASK, answer=stream), opened()) == "jumps over"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "",
        "no JSON",
        {"error": {"message": "too many requests"}},
        {"choices": []},
        says(content=None),
        {"candidates": [{"content": {"role": "model", "parts": [{"text": "of another API"}]}}]},
    ],
    ids=["none", "empty", "text", "error", "no choice", "silent", "other API"],
)
def test_without_an_answer_it_is_the_prompt(answer: Any, opened: Callable[..., Model]) -> None:
    assert held(asked(ASK, answer=answer), opened()) == ""


def test_the_answer_of_another_api_is_read_by_that_api(opened: Callable[..., Model]) -> None:
    body = {"model": "claude", "max_tokens": 9, "system": "x = 1", "messages": [ASK]}
    answer = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "lazy dog"}]}
    turn = answered(body, {**answer, "stop_reason": "end_turn"})
    assert turn.request.dialect == "anthropic"
    assert held(turn, opened()) == "lazy dog"


def test_reasoning_that_the_template_writes_counts(opened: Callable[..., Model]) -> None:
    turn = asked(ASK, answer=says(content="lazy dog", reasoning_content="which fox"))
    assert held(turn, opened(REASONING)) == "<think>which fox</think>lazy dog"


def test_where_the_template_drops_the_reasoning_nothing_counts(opened: Callable[..., Model]) -> None:
    turn = asked(ASK, answer=says(content="lazy dog", reasoning_content="which fox"))
    assert held(turn, opened(DROPS_REASONING)) == ""


def test_an_answer_that_the_template_refuses_counts_as_nothing(opened: Callable[..., Model]) -> None:
    template = TEMPLATE + "{%- if messages[-1].role == 'assistant' %}{{ raise_exception('no answers') }}{% endif %}"
    assert held(asked(ASK, answer=says(content="lazy dog")), opened(template)) == ""


def test_behind_a_prompt_that_the_client_rendered_stands_the_text(opened: Callable[..., Model]) -> None:
    body = {"prompt": "<|im_start|>user\nthe fox<|im_end|>\n", "n_predict": 8}
    turn = answered(body, {"content": "jumps over", "stop": True})
    assert turn.chat.rendered == body["prompt"]
    assert held(turn, opened()) == "jumps over"


def test_the_next_request_gets_the_answer_back(opened: Callable[..., Model]) -> None:
    model = opened()
    before, after = asked(ASK, answer=says(content=SAID["content"])), asked(ASK, SAID, MORE)
    found = pair(before, after, model)
    text = model.render(after.chat, DEFAULT_NOW).text
    until_the_end = text[: text.index("<|im_end|>\n<|im_start|>user\nand")]
    assert found.before_tokens == found.common_prefix_tokens
    ids = model.chat_prompt(after.chat, DEFAULT_NOW).ids
    assert "".join(model.id_texts(ids[: found.reusable_tokens or 0])) == until_the_end


def test_an_answer_that_comes_back_in_other_words_counts_as_far_as_it_goes(opened: Callable[..., Model]) -> None:
    model = opened()
    after = asked(ASK, {**SAID, "content": "jumps over a fence"}, MORE)
    found = pair(asked(ASK, answer=says(content=SAID["content"])), after, model)
    ids = model.chat_prompt(after.chat, DEFAULT_NOW).ids
    reused = "".join(model.id_texts(ids[: found.reusable_tokens or 0]))
    assert reused.endswith(("jumps over ", "jumps over"))
    assert (found.common_prefix_tokens or 0) < (found.reusable_tokens or 0)


def test_without_an_answer_it_is_the_common_prefix(opened: Callable[..., Model]) -> None:
    found = pair(asked(ASK), asked(ASK, SAID, MORE), opened())
    assert found.reusable_tokens == found.common_prefix_tokens == found.before_tokens


def test_what_is_broken_gets_no_answer_back(opened: Callable[..., Model]) -> None:
    other = {"role": "user", "content": "the quick red fox"}
    found = pair(asked(ASK, answer=says(content=SAID["content"])), asked(other, SAID, MORE), opened())
    assert found.status == "broken"
    assert found.reusable_tokens == found.common_prefix_tokens


def test_a_pair_that_the_template_refuses_has_no_numbers(opened: Callable[..., Model]) -> None:
    found = pair(asked(ASK), asked(ASK, SAID), opened("{{ raise_exception('no') }}"))
    assert found.reusable_tokens is None
