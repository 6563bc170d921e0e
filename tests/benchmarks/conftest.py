"""What is measured: a pair of requests, and a model."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.traffic import write_pair

SHARED = Path(os.environ.get("PROMPTLINT_SHARED") or Path(__file__).resolve().parents[3] / "shared")
SEED = int(os.environ.get("PROMPTLINT_BENCH_SEED", "7"))


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two requests of about 100,000 tokens each: `after` is one step longer, and its clock has moved."""
    folder = tmp_path_factory.mktemp("traffic")
    generator = SHARED / "bench" / "make_traffic.py"
    if not generator.exists():
        return write_pair(folder, SEED)
    arguments = ["--seed", str(SEED), "--out", str(folder), "--what", "pair"]
    subprocess.run([sys.executable, str(generator), *arguments], check=True, capture_output=True)
    return folder / "pair" / "before.json", folder / "pair" / "after.json"


@pytest.fixture(scope="session")
def model() -> str:
    """A model folder: PROMPTLINT_BENCH_MODEL, else Qwen3-8B of the shared data, else the builtin one."""
    if named := os.environ.get("PROMPTLINT_BENCH_MODEL"):
        return named
    unpack = SHARED / "unpack-test-data"
    if not unpack.exists():
        return "builtin"
    done = subprocess.run([str(unpack)], capture_output=True, text=True, check=True)
    return f"{done.stdout.strip()}/models/qwen3-8b"
