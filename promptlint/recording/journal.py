"""Writes the calls that went through, in a thread of its own: no stream waits for a disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from datetime import datetime, timedelta
from pathlib import Path

from promptlint.recording.call import Call, Lost, captured
from promptlint.recording.golden import write_new
from promptlint.records import dataclass

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a recorder did: requests written, others passed on; and by its reason what was not kept, or not passed."""

    written: int
    others: int
    lost: Mapping[Lost, int]
    missed: Mapping[str, int] = field(default_factory=dict)  # no answer came
    refused: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0
    failure: str | None = None  # the first reason why a file could not be written


class Journal:
    """A folder to which calls are added, a file each. Its names are times: the reader puts them in order."""

    def __init__(self, folder: Path, warn: Callable[[str], None] = lambda _: None) -> None:
        self._folder = folder
        self._warn = warn  # is told once, at the first file that cannot be written
        self._thread = ThreadPoolExecutor(1, "promptlint-journal")
        self._counts: Counter[str] = Counter()
        self._lost: Counter[Lost] = Counter()
        self._missed: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._failure: str | None = None
        self._fault: Exception | None = None

    def pass_over(self) -> None:
        """Count a request that is none to an LLM."""
        self._thread.submit(self._counts.update, ["others"])

    def miss(self, reason: str) -> None:
        """Count a request that got no answer: it is sent once more as a rule, and not written."""
        self._thread.submit(self._missed.update, [reason])

    def refuse(self, reason: str) -> None:
        """Count a request that was not passed on."""
        self._thread.submit(self._refused.update, [reason])

    def keep(self, call: Call) -> None:
        """Write a call, after those before it."""
        self._thread.submit(self._keep, call)

    def close(self) -> Tally:
        """Finish writing, and say what was done."""
        self._thread.shutdown()
        if self._fault is not None:
            raise self._fault
        counts = self._counts
        reasons = (dict(self._lost), dict(self._missed), dict(self._refused))
        return Tally(counts["written"], counts["others"], *reasons, counts["failed"], self._failure)

    def _keep(self, call: Call) -> None:
        try:
            found = captured(call)
            if found.lost is not None:
                self._lost[found.lost] += 1
            if found.content is not None:
                self._write(call.began, found.content)
            elif found.lost is None:
                self._counts["others"] += 1
        except Exception as error:  # nobody waits for this thread: kept for who closes the journal
            self._fault = self._fault or error

    def _write(self, began: datetime, content: bytes) -> None:
        try:
            write_new(self._folder, _names(began), content)
            self._counts["written"] += 1
        except OSError as error:
            self._counts["failed"] += 1
            if self._failure is None:
                self._failure = error.strerror or str(error)
                self._warn(self._failure)


def _names(began: datetime) -> Iterator[str]:
    while True:
        yield f"request-{began:%Y%m%d-%H%M%S-%f}.json"
        began += _TICK
