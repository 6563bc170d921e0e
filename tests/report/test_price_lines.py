"""Seconds and dollars as a person reads them, and what they rest on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.cost import Cost, Reuse
from promptlint.report import View
from promptlint.report.json_report import document
from promptlint.report.price_lines import dollars, seconds
from promptlint.report.reuse_table import reuse_lines
from promptlint.terminal import Terminal
from tests.report import example
from tests.report.test_text import written

RATE = "at 3,000 tokens/s (given), the same at every length"
LLAMA = Reuse("llama.cpp", "builtin", 340, 421, 340, 340, 340, None, Cost(seconds=0.027, assumption=RATE))
OPENAI = Reuse("openai", "builtin", 340, 421, 340, 0, 0, None, Cost(dollars=0.0005, assumption="at $1.25 (doc)"))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(None, "-"), (0.0, "0.00"), (0.002, "<0.01"), (0.44, "0.44"), (12.04, "12.0"), (1785.6, "1,786")],
)
def test_seconds_as_exact_as_one_would_measure(amount: float | None, shown: str) -> None:
    assert seconds(amount) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(None, "-"), (0.0, "$0.0000"), (0.00001, "<$0.0001"), (0.1127, "$0.1127"), (1200, "$1,200.0000")],
)
def test_dollars_to_a_hundredth_of_a_cent(amount: float | None, shown: str) -> None:
    assert dollars(amount) == shown


def test_each_row_has_its_price_and_each_assumption_stands_once_below() -> None:
    pair = example.broken_pair(reuse=(LLAMA, replace(LLAMA, model="other"), OPENAI))
    assert list(reuse_lines(pair, View(Terminal()))) == [
        "What a server gives back of the second request:",
        "  engine     model    common  reused  computed  seconds  dollars",
        "  llama.cpp  builtin     340     340        81     0.03        -",
        "  llama.cpp  other       340     340        81     0.03        -",
        "  openai     builtin     340       0       421        -  $0.0005",
        "  Seconds: at 3,000 tokens/s (given), the same at every length.",
        "  Dollars of openai, for the whole request: at $1.25 (doc).",
    ]


def test_without_a_table_the_lost_tokens_have_a_price() -> None:
    pair = example.broken_pair(cost=Cost(seconds=33.46, assumption=RATE))
    assert "The 100,384 lost tokens take 33.5 s to compute again, at 3,000 tokens/s" in written(example.report(pair))
    assert "to compute again" not in written(example.report(replace(example.EXTENSION, cost=Cost(0.0, None, RATE))))


def test_check_adds_the_seconds_to_its_last_line() -> None:
    report = replace(example.report(), command="check", cost=Cost(seconds=33.46, assumption=RATE))
    shown = " ".join(written(report).split())
    assert f"100,384 tokens lost, 33.5 s to compute again. Seconds: {RATE}." in shown
    assert "Seconds" not in written(replace(report, cost=Cost()))


def test_machines_get_the_numbers_and_what_they_rest_on() -> None:
    pair = example.broken_pair(cost=Cost(seconds=33.461333, assumption=RATE), reuse=(LLAMA, OPENAI))
    (shown,) = document(replace(example.report(pair), cost=pair.cost))["pairs"]
    assert (shown["seconds"], shown["assumption"]) == (33.4613, RATE)
    prices = [(one["seconds"], one["dollars"], one["assumption"]) for one in shown["reuse"]]
    assert prices == [(0.027, None, RATE), (None, 0.0005, "at $1.25 (doc)")]
