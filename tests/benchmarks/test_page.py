"""How long it takes to write the page of a long session, and to open it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint.report.html import page
from tests.report.browser import BROWSER, DRIVER, Page, started
from tests.report.session import session

TURNS = 1_306
LIMIT = 2.0  # seconds until the page is there


def test_writing(benchmark: Any) -> None:
    found = session(TURNS, 10)
    benchmark.pedantic(page, args=[found], rounds=5)


@pytest.mark.skipif(BROWSER is None or DRIVER is None, reason="no chromium and chromedriver on the PATH")
def test_opening(benchmark: Any, tmp_path: Path) -> None:
    pytest.importorskip("selenium", reason="only the development group has it")
    with started(tmp_path / "profile") as driver:
        opened = Page(driver, tmp_path / "report.html")
        opened.open(session(TURNS, 1))
        benchmark.pedantic(driver.get, args=[opened.path.as_uri() + "?again"], rounds=5)
    if benchmark.enabled:
        assert benchmark.stats.stats.median < LIMIT
