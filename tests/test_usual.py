from __future__ import annotations

import os

import pytest

from promptlint.usual import MOST_UNASKED, usual_jobs


def test_one_job_more_than_processors_within_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 5}, raising=False)
    assert usual_jobs() == 4
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert usual_jobs() == MOST_UNASKED


@pytest.mark.parametrize(("count", "jobs"), [(2, 3), (64, MOST_UNASKED), (None, 2)])
def test_where_nothing_is_known_of_what_a_process_is_bound_to(
    monkeypatch: pytest.MonkeyPatch, count: int | None, jobs: int
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    assert usual_jobs() == jobs
