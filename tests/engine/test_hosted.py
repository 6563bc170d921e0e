"""Hosted APIs with blocks, and those whose rule nobody has published."""

from __future__ import annotations

from typing import Any

import pytest

from promptlint import engine
from promptlint.engine.hosted import BY_BLOCKS, STEPS, upstream
from promptlint.engine.providers import document
from promptlint.engine.serving import Prediction, Served, Spans, reusable_tokens


def served(length: int, same: int, other: int, model: str | None = None, **spans: Any) -> Served:
    """A prompt whose first `same` tokens are those of every other one."""
    prompt = [*range(same), *(1_000_000 * other + number for number in range(length - same))]
    return Served(prompt, (), Spans(model=model, **spans))


def predicted(name: str, before: Served, after: Served, **options: Any) -> Prediction:
    return reusable_tokens(STEPS[name], before, after, options)


def test_every_hosted_name_has_a_step_and_its_numbers() -> None:
    assert tuple(sorted(STEPS)) == engine.HOSTED
    assert set(BY_BLOCKS) <= set(STEPS)
    assert set(document()["providers"]) - {"dashscope-implicit"} == set(STEPS) - {"openrouter"}


@pytest.mark.parametrize(
    ("name", "model", "tokens"),
    [
        ("openai", "gpt-5.2", 28_928),
        ("openai", "gpt-5.5", 28_672),
        ("azure", "gpt-4o", 28_928),
        ("mistral", "mistral-large", 28_928),
        ("xai", "grok-4.7", 28_928),
        ("moonshot", "kimi-k2", 28_928),
    ],
)
def test_the_common_prefix_in_whole_blocks(name: str, model: str, tokens: int) -> None:
    before, after = served(30_000, 28_950, 1, model), served(30_050, 28_950, 2, model)
    assert predicted(name, before, after)[:2] == (tokens, tokens)


@pytest.mark.parametrize(("length", "tokens"), [(1000, 0), (1023, 0), (1024, 1024), (2006, 1920)])
def test_a_resend_to_openai(length: int, tokens: int) -> None:
    one = served(length, length, 1, "gpt-5.2")
    assert predicted("openai", one, one)[:2] == (tokens, tokens)


@pytest.mark.parametrize("name", ["xai", "moonshot"])
def test_a_resend_may_be_read_to_its_end(name: str) -> None:
    one = served(1000, 1000, 1, "any")
    assert predicted(name, one, one)[:2] == (768 if name == "moonshot" else 896, 1000)


def test_a_prompt_that_is_the_start_of_the_one_before() -> None:
    assert predicted("openai", served(3000, 3000, 1, "gpt-5.2"), served(1500, 1500, 1, "gpt-5.2")).high == 1408
    assert predicted("mistral", served(3000, 3000, 1, "any"), served(1, 1, 1, "any")).high == 0


@pytest.mark.parametrize(
    ("name", "model", "most"),
    [
        ("deepseek", "deepseek-v4-pro", 28_928),
        ("gemini", "gemini-3.5-flash", 28_950),
        ("groq", "openai/gpt-oss-120b", 28_950),
        ("groq", "llama-3.3-70b", 0),
        ("zai", "glm-5", 28_950),
        ("fireworks", "any", 28_950),
        ("together", "any", 28_950),
        ("dashscope", "qwen3.8-max", 28_950),
        ("azure", "DeepSeek-V4", 0),
    ],
)
def test_what_is_not_published_is_a_range_from_nothing(name: str, model: str, most: int) -> None:
    before, after = served(30_000, 28_950, 1, model), served(30_050, 28_950, 2, model)
    assert predicted(name, before, after)[:2] == (0, most)


def test_gemini_below_its_minimum_and_with_content_that_it_holds() -> None:
    before, after = served(3000, 3000, 1, "gemini-3.5-flash"), served(3100, 3000, 2, "gemini-3.5-flash")
    assert predicted("gemini", before, after)[:2] == (0, 0)
    assert "4,096" in predicted("gemini", before, after).note
    older = served(3000, 3000, 1, "gemini-2.5-pro"), served(3100, 3000, 2, "gemini-2.5-pro")
    assert predicted("gemini", *older).high == 3000
    naming = served(50, 50, 1, "gemini-2.5-pro", reference="cachedContents/a")
    assert predicted("gemini", naming, naming, **{"cached-content": 9000})[:2] == (9000, 9000)
    assert "cached-content" in predicted("gemini", naming, naming).note


def test_parameters_of_the_key_and_another_model_are_another_cache() -> None:
    before = served(5000, 5000, 1, "gpt-5.2", keys={"tools": "low"})
    assert predicted("openai", before, before).high == 4992
    assert predicted("openai", before, served(5000, 5000, 1, "gpt-5.2", keys={"tools": "high"})).high == 0
    assert predicted("openai", before, served(5000, 5000, 1, "gpt-5.1", keys={"tools": "low"})).high == 0


def test_a_gateway_reads_what_its_upstream_reads_or_nothing() -> None:
    before, after = served(30_000, 28_950, 1, "openai/gpt-5.2"), served(30_050, 28_950, 2, "openai/gpt-5.2")
    assert predicted("openrouter", before, after)[:2] == (0, 28_928)
    assert "openai" in predicted("openrouter", before, after).note
    assert {upstream(name) for name in UPSTREAMS} <= set(STEPS)


UPSTREAMS = ("anthropic/claude-opus-5", "x-ai/grok-4.7", "z-ai/glm-5", "meta-llama/llama-4", None)


def test_a_session_remembers_the_prompts_of_side_requests() -> None:
    main, aside = served(2000, 2000, 1, "gpt-5.2"), Served([9] * 1500, (), Spans(model="gpt-5.2"))
    state = None
    for one in (main, aside):
        state, _ = STEPS["openai"](state, one.prompt, one.generated, one.spans, {})
    _, found = STEPS["openai"](state, [*main.prompt, 1, 2, 3], (), main.spans, {})
    assert found.high == 1920


def test_an_answer_is_read_too_but_for_its_last_token() -> None:
    before = Served(list(range(1024)), list(range(1024, 1281)), Spans(model="gpt-5.2"))
    assert predicted("openai", before, Served(list(range(1400)), (), before.spans)).high == 1280
    shorter = before._replace(generated=before.generated[:-1])
    assert predicted("openai", shorter, Served(list(range(1400)), (), before.spans)).high == 1152
