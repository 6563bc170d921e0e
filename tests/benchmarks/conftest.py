"""What is measured: captures, and a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.scenarios import bench_model


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the captures are written, each kind when it is first needed."""
    return tmp_path_factory.mktemp("traffic")


@pytest.fixture(scope="session")
def model() -> str:
    """The model that counts."""
    return bench_model()
