"""What each engine, with each model, gives back of a pair."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from promptlint import pipeline
from promptlint.cost import Reuse
from promptlint.engine import ENGINES
from promptlint.errors import ModelError
from promptlint.options import Options
from tests.conftest import TEMPLATE, write_model
from tests.server.look_alike import LookAlike, running

RULES = " ".join(f"Rule {number}: look before you leap, and say what you saw." for number in range(60))
FIRST: dict[str, Any] = {
    "model": "claude-sonnet-4-5",
    "messages": [{"role": "system", "content": RULES}, {"role": "user", "content": "Read it at 10:00."}],
}
NEXT = copy.deepcopy(FIRST)
NEXT["messages"][1]["content"] = "Read it at 11:30, and then tell me about it."


def reuse(before: Any = FIRST, after: Any = NEXT, **options: Any) -> tuple[Reuse, ...]:
    engines = tuple(options.pop("engines", ()))
    references = tuple(options.pop("references", ("builtin",)))
    chosen = Options(
        model=references[0], engine=next(iter(engines), None), engines=engines, references=references, **options
    )
    return pipeline.diff(before, after, chosen).pairs[0].reuse


def only(before: Any = FIRST, after: Any = NEXT, *, engine: str, **options: Any) -> Reuse:
    (found,) = reuse(before, after, engines=[engine], **options)
    return found


def test_nothing_is_predicted_where_no_engine_was_asked_for() -> None:
    assert reuse() == ()


def test_engines_stand_in_the_order_they_were_asked_for() -> None:
    assert [one.engine for one in reuse(engines=["sglang", "vllm", "openai"])] == ["sglang", "vllm", "openai"]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_says_what_it_gives_back(engine: str) -> None:
    found = only(engine=engine)
    assert found.low is not None
    assert found.high is not None
    assert found.common_prefix_tokens is not None
    assert 0 <= found.low <= found.high <= found.common_prefix_tokens
    assert found.note or found.low == found.common_prefix_tokens


def test_blocks_are_as_large_as_the_user_says() -> None:
    whole, small = (only(engine="vllm", engine_options={"block-size": size}) for size in (64, 16))
    assert whole.common_prefix_tokens == small.common_prefix_tokens
    assert (whole.low, small.low) == tuple((small.common_prefix_tokens or 0) // size * size for size in (64, 16))
    assert whole.note == "whole blocks of 64 tokens"


def test_what_a_provider_caches_the_config_can_say() -> None:
    price = {"openai": {"*": {"minimum": 1_000_000}}}
    assert only(engine="openai", providers=price).high == 0
    assert only(engine="openai", providers={"openai": {"*": {"minimum": 0}}}).high != 0


def test_a_request_that_wants_no_cache_gets_none() -> None:
    found = only(after={**NEXT, "cache_prompt": False}, engine="llama.cpp")
    assert (found.low, found.note) == (0, "cache_prompt is false: nothing is reused")


@pytest.mark.parametrize("engine", ["mlx-lm", "lm-studio"])
def test_the_cache_of_a_hybrid_model_is_not_cut_back_unless_the_user_says_so(engine: str, tmp_path: Path) -> None:
    model = write_model(tmp_path / "hybrid")
    (model / "config.json").write_text('{"model_type": "qwen3_next"}', encoding="utf-8")
    cut = only(engine=engine, references=[str(model)], engine_options={"trimmable": True})
    whole = only(engine=engine, references=[str(model)])
    assert (cut.high or 0) > (whole.high or 0)
    (model / "config.json").write_text('{"model_type": "qwen3"}', encoding="utf-8")
    assert only(engine=engine, references=[str(model)]) == cut


def test_transformers_is_no_server() -> None:
    found = only(engine="transformers")
    assert (found.low, found.high) == (0, found.common_prefix_tokens)
    assert (found.note or "").startswith("a library and no server")


def test_each_model_counts_with_its_own_tokenizer(tiny_model: Path) -> None:
    own, other = reuse(engines=["sglang"], references=["builtin", str(tiny_model)])
    assert [own.model, other.model] == ["builtin", str(tiny_model)]
    assert own.common_prefix_tokens != other.common_prefix_tokens


def test_several_models_need_no_engine(tiny_model: Path) -> None:
    assert [one.engine for one in reuse(references=["builtin", str(tiny_model)])] == ["vllm", "vllm"]


def test_a_template_that_refuses_says_so_and_the_others_are_counted(tmp_path: Path) -> None:
    strict = write_model(tmp_path / "strict", "{{ raise_exception('no system role') }}" + TEMPLATE)
    own, other = reuse(engines=["vllm"], references=["builtin", str(strict)])
    assert own.low is not None
    assert (other.low, other.note) == (None, "the template refuses a request: no system role")


def test_of_several_engines_a_server_is_but_one(tiny_model: Path) -> None:
    with running(LookAlike("vllm", tiny_model)) as server:
        own, other, hosted = reuse(engines=["vllm", "sglang", "openai"], references=[server.url])
    assert own.low == (own.common_prefix_tokens or 0) // 16 * 16 > 0
    assert (other.low, other.note) == (None, "the server is vllm, which builds its own prompts")
    assert hosted.high is not None


def test_a_server_that_is_another_engine_than_the_first_is_an_error(tiny_model: Path) -> None:
    with running(LookAlike("vllm", tiny_model)) as server, pytest.raises(ModelError, match="is vllm, not sglang"):
        reuse(engines=["sglang", "vllm"], references=[server.url])
