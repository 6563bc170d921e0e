"""The breaks that a test declares by its markers."""

from __future__ import annotations

from typing import Any

import pytest

from promptlint.pytest_plugin import MARKER
from promptlint.recorded import Break

EXAMPLE = f'@pytest.mark.{MARKER}(reason="the history is compacted")'


def marked_breaks(item: pytest.Item) -> list[Break]:
    """The breaks of a test's markers. Raises pytest.UsageError for one without a reason."""
    return [_marked(mark, item.nodeid) for mark in item.iter_markers(MARKER)]


def _marked(mark: pytest.Mark, test: str) -> Break:
    given: dict[str, Any] = dict(zip(("reason", "before"), mark.args, strict=False)) | dict(mark.kwargs)
    unknown = sorted(given.keys() - {"reason", "before"})
    if unknown or len(mark.args) > 2:
        raise pytest.UsageError(f"{test}: {MARKER} takes reason and before, and nothing else")
    before = given.get("before")
    if before is not None and (not isinstance(before, int) or isinstance(before, bool) or before < 2):
        raise pytest.UsageError(f"{test}: before of {MARKER} is the number of a request, from 2: not {before!r}")
    return Break(checked_reason(given.get("reason"), f"{test}: {MARKER}", EXAMPLE), before)


def checked_reason(reason: Any, what: str, example: str) -> str:
    """The reason, stripped. Raises pytest.UsageError where there is none."""
    __tracebackhide__ = True
    if not isinstance(reason, str) or not reason.strip():
        raise pytest.UsageError(f"{what} needs a reason: {example}")
    return reason.strip()
