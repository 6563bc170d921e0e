"""Seconds and money: published numbers come out, and each says what it rests on."""

from __future__ import annotations

import pytest

from promptlint.engine import price
from promptlint.engine.price import Fit, Rate, Work, fitted, money, reuses_to_break_even
from promptlint.engine.providers import Facts, document, facts

RTX_5090 = "rtx-5090-qwen3.8-27b"


@pytest.mark.parametrize(
    ("model", "cold", "warm"),
    [
        ("llama-3.1-8b", (16.3, 145.3, 717.7, 6351), 34.7),
        ("llama-3.1-70b", (142.5, 1213.5, 5415.7, 39549), 240.4),
        ("qwen3-32b", (66.6, 591.9, 2911.7, 25577), 140.2),
    ],
)
def test_the_work_of_a_prompt(model: str, cold: tuple[float, ...], warm: float) -> None:
    work = price.work(model)
    found = [work.flops(tokens) / 1e12 for tokens in (1000, 8000, 30_000, 128_000)]
    assert found == pytest.approx(cold, rel=1e-3, abs=0.05)
    assert work.flops(1100, 28_950) / 1e12 == pytest.approx(warm, abs=0.05)


def test_a_break_at_the_first_token_of_30000_is_20_warm_turns() -> None:
    work = price.work("llama-3.1-8b")
    assert work.flops(30_050) / work.flops(1100, 28_950) == pytest.approx(20.7, abs=0.05)


@pytest.mark.parametrize(
    ("work", "context"),
    [
        (price.work("llama-3.1-8b"), 30_600),
        (price.work("llama-3.1-70b"), 53_900),
        (price.work("qwen3-32b"), 31_300),
        (Work(5.1e9, 36, 64, 64), 17_300),
    ],
)
def test_where_attention_is_as_much_work_as_the_parameters(work: Work, context: int) -> None:
    assert work.even_context() == pytest.approx(context, abs=50)


def test_a_sliding_window_looks_at_no_more_than_its_window() -> None:
    sliding = Work(0, 0, 1, 1, sliding_layers=1, window=4)
    assert sliding.flops(6) == 4 * (1 + 2 + 3 + 4 + 4 + 4)
    assert sliding.flops(3, cached=2) == 4 * (3 + 4 + 4)
    assert sliding.flops(3, cached=9) == 4 * 12


@pytest.mark.parametrize(
    ("model", "number", "mfu", "cold", "warm"),
    [("llama-3.1-8b", 1, 0.5, 1.45, 0.07), ("llama-3.1-70b", 8, 0.4, 1.71, 0.076)],
)
def test_seconds_by_counted_work(model: str, number: int, mfu: float, cold: float, warm: float) -> None:
    counted = price.counted(model, "h100", mfu, number)
    assert counted.seconds(30_050).amount == pytest.approx(cold, abs=0.005)
    assert counted.seconds(1100, 28_950).amount == pytest.approx(warm, abs=0.0005)
    assert f"assuming an MFU of {mfu}" in counted.seconds(1).assumption


MEASURED = {1000: 0.44, 8700: 3.0, 32_000: 12.0, 64_500: 29.2, 129_000: 83.5, 206_000: 178.6}


def test_a_published_setup_fits_its_measurements() -> None:
    speed = price.setup(RTX_5090)
    assert isinstance(speed, Fit)
    assert {tokens: speed.cold(tokens) for tokens in MEASURED} == pytest.approx(MEASURED, rel=0.05)
    assert speed.cold(206_000) == pytest.approx(175.5, abs=0.5)
    assert speed.seconds(64_500).amount == pytest.approx(30, abs=0.3)
    assert speed.seconds(1100, 63_400).amount == pytest.approx(0.8, abs=0.05)
    assert "RTX 5090" in speed.seconds(1).assumption
    assert "2026-08-27" in speed.seconds(1).assumption


def test_a_fit_through_measurements_is_as_good() -> None:
    found = fitted(MEASURED)
    assert {tokens: found.cold(tokens) for tokens in MEASURED} == pytest.approx(MEASURED, rel=0.05)
    assert "6 measurements" in found.seconds(1).assumption


def test_a_fit_finds_the_numbers_that_made_its_measurements() -> None:
    made = Fit(0.133, 0.289e-3, 2.73e-9)
    found = fitted({tokens: made.cold(tokens) for tokens in (500, 20_000, 150_000)})
    assert (found.start, found.linear, found.square) == pytest.approx((0.133, 0.289e-3, 2.73e-9))


@pytest.mark.parametrize("measurements", [{}, {1000: 1.0, 2000: 2.0}, {1000: 1.0, 2000: 2.0, 3000: 0.0}])
def test_too_little_to_fit(measurements: dict[int, float]) -> None:
    with pytest.raises(ValueError, match="measurement"):
        fitted(measurements)


def test_nothing_to_compute_takes_no_time() -> None:
    assert Fit(1, 1, 1).seconds(0, 5000).amount == 0


def test_a_rate_that_is_given() -> None:
    found = Rate(2000).seconds(30_000, 9999)
    assert found.amount == 15
    assert found.assumption == "at 2,000 tokens/s (given), the same at every length"


def test_every_setup_gives_seconds_and_tells_its_source() -> None:
    for name in price.setups():
        found = price.setup(name).seconds(10_000, 2000)
        assert found.amount > 0
        assert str(document()["setups"][name]["source"]) in found.assumption


CLAUDE = facts("anthropic", "claude-opus-5")


@pytest.mark.parametrize(
    ("tokens", "dollars"), [((30_050, 0, 0), 0.0902), ((0, 28_950, 1100), 0.0128), ((0, 0, 30_050), 0.1127)]
)
def test_money_for_30000_tokens_at_3_dollars_a_million(tokens: tuple[int, int, int], dollars: float) -> None:
    found = money(*tokens, CLAUDE, price=3)
    assert found.amount == pytest.approx(dollars, abs=0.00006)
    assert "$3 for a million input tokens, reads at 0.1×" in found.assumption


def test_a_break_costs_more_than_no_cache_at_all() -> None:
    bust, warm = (money(0, read, written, CLAUDE, price=3).amount for read, written in ((0, 30_050), (28_950, 1100)))
    assert bust / warm == pytest.approx(8.8, abs=0.05)
    assert bust / money(30_050, 0, 0, CLAUDE, price=3).amount == pytest.approx(1.25)


def test_when_a_write_has_paid_for_itself() -> None:
    assert reuses_to_break_even(CLAUDE) == 1
    assert reuses_to_break_even(CLAUDE, long=True) == 2
    assert reuses_to_break_even(facts("openai", "gpt-5.2")) == 0
    assert reuses_to_break_even(Facts(write=1.25)) is None


def test_a_price_that_nobody_has_given() -> None:
    with pytest.raises(ValueError, match="no price"):
        money(1, 0, 0, CLAUDE)
    given = facts("anthropic", "claude-opus-5", {"anthropic": {"opus-5": {"price": 5}}})
    assert money(1_000_000, 0, 0, given).amount == 5
