"""One pair of 100,000 tokens, whole processes, beside transformers in the same run.

PROMPTLINT_TRANSFORMERS_PYTHON=…/bin/python pytest tests/benchmarks/test_pair.py --benchmark-enable -s
"""

from __future__ import annotations

import json
import os
import statistics
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.process import PROMPTLINT, Measured, described, measure

THEIR_PYTHON = os.environ.get("PROMPTLINT_TRANSFORMERS_PYTHON")
THEIRS = Path(__file__).parent / "with_transformers.py"
ROUNDS = 7


def diff_command(pair: tuple[Path, Path], model: str) -> list[str]:
    arguments = [str(pair[0]), str(pair[1]), "--model", model, "--engine", "transformers", "--format", "json"]
    return [*PROMPTLINT, "diff", *arguments]


def counts(run: Measured) -> list[int]:
    """Tokens of before, of after, and of the common prefix."""
    found = json.loads(run.output)["pairs"][0]
    return [found["before_tokens"], found["after_tokens"], found["common_prefix_tokens"]]


def test_pair(benchmark: Any, pair: tuple[Path, Path], model: str) -> None:
    run = benchmark.pedantic(measure, args=[diff_command(pair, model)], rounds=ROUNDS)
    before, after, common = counts(run)
    assert 0 < common < 0.1 * before < after


@pytest.mark.skipif(
    THEIR_PYTHON is None, reason="PROMPTLINT_TRANSFORMERS_PYTHON names no interpreter with transformers"
)
def test_pair_beside_transformers(benchmark: Any, pair: tuple[Path, Path], model: str) -> None:
    ours: list[Measured] = []
    theirs: list[Measured] = []
    their_command = [str(THEIR_PYTHON), str(THEIRS), model, str(pair[0]), str(pair[1])]

    def one_of_theirs() -> None:  # in turns, so that a busy moment of the machine hits both
        theirs.append(measure(their_command))

    def one_of_ours() -> None:
        ours.append(measure(diff_command(pair, model)))

    benchmark.pedantic(one_of_ours, setup=one_of_theirs, rounds=ROUNDS)
    print(f"\n{described('promptlint', ours)}\n{described('transformers', theirs)}")
    medians = [statistics.median(run.seconds for run in runs) for runs in (theirs, ours)]
    print(f"ratio of medians {medians[0] / medians[1]:.1f}")
    assert counts(ours[0]) == json.loads(theirs[0].output)
