from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from promptlint.recording import witness
from promptlint.recording.witness import Witness

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")


async def seen_twice() -> list[bool]:
    one = Witness()
    await one.begin()
    found = [await one.saw(signal.SIGTERM) for _ in range(2)]
    await one.end()
    return found


def test_a_signal_that_it_gets_too_is_not_for_us_alone_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = tmp_path / "waiting"
    waiting.write_text("#!/bin/sh\nkill -TERM $$\n")
    waiting.chmod(0o700)
    monkeypatch.setattr(witness, "_WAITING", str(waiting))
    monkeypatch.setattr(witness, "_SECONDS", 20)
    assert asyncio.run(seen_twice()) == [True, True]


def test_a_signal_that_it_does_not_get_is_for_us_alone() -> None:
    assert asyncio.run(seen_twice()) == [False, False]


def test_without_it_all_signals_are_for_us_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "_WAITING", "no-such-program")
    assert asyncio.run(seen_twice()) == [False, False]
