"""Prices of a run: only where somebody asked, of what is computed, by the hosted API that charges for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint import pipeline
from promptlint.cost import NO_COST, Cost
from promptlint.engine.price import Fit, Rate
from promptlint.engine.serving import Block, Prediction, Spans
from promptlint.errors import ConfigError
from promptlint.options import Options
from promptlint.pricing import of_request

SYSTEM = "It is 10:00. " + "The quick brown fox jumps over the lazy dog. " * 20
BEFORE = {"model": "x", "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": "Hi."}]}
AFTER = json.loads(json.dumps(BEFORE).replace("10:00", "10:07"))
READ = Prediction(20_000, 20_000)


def billed(provider: str, price: float | None = 3, spans: Spans | None = None, **facts: Any) -> Cost:
    given = {provider: {"*": facts if price is None else {**facts, "price": price}}}
    return of_request(provider, spans or Spans(), 30_000, READ, Options(providers=given))


def test_nobody_asked() -> None:
    assert promptlint.diff(BEFORE, AFTER, model="builtin").pairs[0].cost == NO_COST
    assert of_request("vllm", Spans(), 30_000, READ, Options()) == NO_COST
    assert billed("openai", price=None) == NO_COST


def test_the_lost_tokens_of_a_pair_are_computed_behind_its_common_prefix() -> None:
    options = Options(model="builtin", prefill_rate=Fit(0.5, 0.001, 1e-6))
    report = pipeline.diff(BEFORE, AFTER, options)
    (pair,) = report.pairs
    lost, common = pair.lost_tokens or 0, pair.common_prefix_tokens or 0
    assert lost > 100 > common > 0
    seconds = 0.5 + 0.001 * lost + 1e-6 * ((common + lost) ** 2 - common**2)
    assert pair.cost.seconds == pytest.approx(seconds)
    assert report.cost == pair.cost


def test_each_engine_has_the_seconds_of_what_it_computes() -> None:
    engines = ("vllm", "tgi", "openai")
    options = Options(model="builtin", engine="vllm", engines=engines, prefill_rate=Rate(1000))
    reuse = pipeline.diff(BEFORE, AFTER, options).pairs[0].reuse
    assert [one.cost.seconds for one in reuse] == [(one.recomputed or 0) / 1000 for one in reuse[:2]] + [None]
    assert reuse[0].cost.assumption == "at 1,000 tokens/s (given), the same at every length"


def test_a_hosted_api_reads_for_less_and_writes_for_more() -> None:
    assert billed("mistral", read=0.1).dollars == pytest.approx(3 * (10_000 + 2_000) / 1e6)
    marked = Spans(blocks=(Block(28_000, "system", marked=True), Block(30_000, "messages")))
    found = billed("anthropic", spans=marked)
    assert found.dollars == pytest.approx(3 * (2_000 + 2_000 + 1.25 * 8_000) / 1e6)
    assert (found.assumption or "").startswith("at $3 for a million input tokens, reads at 0.1×, writes at 1.25×")
    assert billed("anthropic").dollars == pytest.approx(3 * (10_000 + 2_000) / 1e6)


def test_what_is_written_for_longer_costs_more() -> None:
    hour = Block(24_000, "system", marked=True, lifetime="1h")
    assert billed("anthropic", spans=Spans(blocks=(hour,))).dollars == pytest.approx(3 * (6_000 + 2_000 + 8_000) / 1e6)
    both = Spans(blocks=(hour, Block(28_000, "messages", marked=True)))
    found = billed("anthropic", spans=both)
    assert found.dollars == pytest.approx(3 * (2_000 + 2_000 + 8_000 + 5_000) / 1e6)
    assert (found.assumption or "").endswith("writes for 1h at 2×")


def test_a_gateway_charges_as_the_api_behind_it() -> None:
    spans = Spans(blocks=(Block(30_000, "messages", marked=True),), model="anthropic/claude-opus-5")
    assert billed("openrouter", spans=spans).dollars == pytest.approx(3 * (2_000 + 12_500) / 1e6)


def test_dashscope_without_markers_has_another_price() -> None:
    assert billed("dashscope").dollars == pytest.approx(3 * (10_000 + 4_000) / 1e6)
    marked = Spans(blocks=(Block(30_000, "messages", marked=True),))
    assert billed("dashscope", spans=marked).dollars == pytest.approx(3 * (2_000 + 12_500) / 1e6)


def test_check_adds_up_what_each_step_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    turn = [{"role": "assistant", "content": "Ho."}, {"role": "user", "content": "More."}]
    bodies = [BEFORE, {**AFTER, "messages": [*AFTER["messages"], *turn]}]
    (tmp_path / "log.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in bodies), encoding="utf-8")
    report = promptlint.check(["log.jsonl"], model="builtin", prefill_rate=100)
    lost = sum(step.lost or 0 for one in report.conversations for step in one.steps)
    assert lost > 100
    assert report.cost.seconds == pytest.approx(lost / 100)


def test_python_may_give_a_rate_a_setup_or_measurements() -> None:
    for rate in (3000, "m1-max-8b", {1000: 0.44, 8700: 3.0, 32000: 12.0}):
        assert promptlint.diff(BEFORE, AFTER, model="builtin", prefill_rate=rate).pairs[0].cost.assumption
    with pytest.raises(ConfigError, match="2 measurements are not enough"):
        promptlint.diff(BEFORE, AFTER, model="builtin", prefill_rate={1000: 0.44, 8700: 3.0})
