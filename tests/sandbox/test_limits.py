from __future__ import annotations

import signal
import sys
from typing import Any

import pytest

from promptlint.sandbox import limits

if sys.platform == "win32":
    pytest.skip("this system has no such limits", allow_module_level=True)
import resource


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the system is asked for; the limits of a child would be those of the tests."""
    asked: list[Any] = []
    monkeypatch.setattr(resource, "setrlimit", lambda *given: asked.append(given))
    monkeypatch.setattr(signal, "setitimer", lambda *given: asked.append(given))
    return asked


def test_memory_dumps_and_files_are_bounded(asked: list[Any]) -> None:
    limits.apply_memory_limit()
    four = 4 * 1024**3
    assert asked == [
        (resource.RLIMIT_AS, (four, four)),
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_FSIZE, (0, 0)),
    ]


def test_real_time_and_processor_time_are_bounded_and_given_back(asked: list[Any]) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limits.allow_seconds(3.0)
    limits.rest()
    (timer, seconds), (kind, (soft, hard)), off = asked
    assert (timer, seconds) == (signal.ITIMER_REAL, 3.0 + limits.ORPHAN_GRACE)
    assert kind == resource.RLIMIT_CPU
    assert soft >= used.ru_utime + used.ru_stime + 3.0 * limits.THREADS
    assert hard == resource.getrlimit(resource.RLIMIT_CPU)[1]
    assert off == (signal.ITIMER_REAL, 0)


def test_a_system_that_refuses_a_limit_is_no_fault(asked: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: Any) -> None:
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    limits.apply_memory_limit()
    limits.allow_seconds(1.0)
    assert [one[0] for one in asked] == [signal.ITIMER_REAL]


def test_windows_has_none_of_it(asked: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    limits.apply_memory_limit()
    limits.allow_seconds(1.0)
    limits.rest()
    assert asked == []
