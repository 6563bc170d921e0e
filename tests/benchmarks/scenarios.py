"""What is measured: captures of four sizes, and what of the time of transformers each may take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import traffic
from tests.benchmarks.process import PROMPTLINT, Measured, measure

SHARED = Path(os.environ.get("PROMPTLINT_SHARED") or Path(__file__).resolve().parents[3] / "shared")
SEED = int(os.environ.get("PROMPTLINT_BENCH_SEED", "7"))
THEIR_PYTHON = os.environ.get("PROMPTLINT_TRANSFORMERS_PYTHON")
NO_TRANSFORMERS = "PROMPTLINT_TRANSFORMERS_PYTHON names no interpreter with transformers (--group bench)"
THEIRS = Path(__file__).parent / "with_transformers.py"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One amount of work. `cold` and `warm` are the shares of transformers' time that we want to stay under."""

    name: str
    about: str
    command: str
    files: tuple[str, ...]
    rounds: int
    cold: float
    warm: float | None


SCENARIOS = (
    Scenario("pair", "a pair of 100K tokens", "diff", ("before.json", "after.json"), 7, 0.33, 0.12),
    Scenario("session", "a session of 50 turns, 2.6M tokens", "check", ("session.jsonl",), 5, 0.12, 0.07),
    Scenario("fixtures", "100 pairs of 20 KB", "check", ("",), 5, 0.40, 0.15),
    Scenario("long", "a session of 300 requests, 183 MB", "check", ("session.jsonl.gz",), 1, 0.08, None),
)


def write_traffic(folder: Path, what: str) -> None:
    """The captures of a scenario in a folder of its name: by the larger generator where it is at hand."""
    generator = SHARED / "bench" / "make_traffic.py"
    if not generator.exists():
        traffic.write(folder, SEED, what)
        return
    arguments = ["--seed", str(SEED), "--out", str(folder), "--what", what]
    subprocess.run([sys.executable, str(generator), *arguments], check=True, capture_output=True)


def bench_model() -> str:
    """A model folder: PROMPTLINT_BENCH_MODEL, else Qwen3-8B of the shared data, else the builtin one."""
    if named := os.environ.get("PROMPTLINT_BENCH_MODEL"):
        return named
    unpack = SHARED / "unpack-test-data"
    if not unpack.exists():
        return "builtin"
    done = subprocess.run([str(unpack)], capture_output=True, text=True, check=True)
    return f"{done.stdout.strip()}/models/qwen3-8b"


def paths(scenario: Scenario, folder: Path) -> list[str]:
    """The files of a scenario, or its folder."""
    return [str(folder / scenario.name / name) for name in scenario.files]


def ours(scenario: Scenario, folder: Path, model: str, cache: Path, *more: str) -> Measured:
    """A whole run of ours with the disk cache in a folder: cold where that is empty, warm the next time.

    With `more` arguments the next time it is another run: the tokens are known, and all else is done again.
    """
    arguments = [*paths(scenario, folder), "--model", model, "--format", "json", *more]
    command = [*PROMPTLINT, scenario.command, *arguments]
    return measure(command, {"PROMPTLINT_CACHE_DIR": str(cache)})


def theirs(scenario: Scenario, folder: Path, model: str) -> Measured:
    """A whole run of transformers, which renders and tokenizes each request and does nothing else."""
    assert THEIR_PYTHON is not None
    return measure([THEIR_PYTHON, str(THEIRS), model, *paths(scenario, folder)])


def differing(our: Measured, their: Measured) -> list[str]:
    """The requests whose tokens we count in another way, and of a pair the common prefix."""
    report, counts = json.loads(our.output), json.loads(their.output)
    requests = report["requests"]
    found = []
    if len(requests) != len(counts):
        found.append(f"{len(requests)} requests, {len(counts)} of theirs")
    order = sorted(
        range(len(requests)), key=lambda number: (requests[number]["path"].replace(".after.", ".x."), number)
    )
    order = order if len(report["inputs"]) > 2 else list(range(len(requests)))
    for number, (tokens, _) in zip(order, counts, strict=False):
        if requests[number]["tokens"] not in (None, tokens):
            found.append(f"{requests[number]['path']}#{number}: {requests[number]['tokens']}, theirs {tokens}")
    if len(requests) == 2 and report["pairs"][0]["common_prefix_tokens"] != counts[1][1]:
        found.append(f"a common prefix of {report['pairs'][0]['common_prefix_tokens']}, theirs {counts[1][1]}")
    return found
