"""Children that have opened a model: one, or as many as are asked at once."""

from __future__ import annotations

import threading
import time
from queue import Empty, LifoQueue
from typing import Any

from promptlint.sandbox import limits
from promptlint.sandbox.process import Answer, Process, begun, opening

START_SECONDS = 0.25  # of a processor, that a child takes until it can answer
Opening = tuple[str, str, str | None]  # kind, path, and Jinja text that replaces the model's own templates


class OpenedProcess:
    """A child that opened its model with one command; `value` is the answer to that."""

    def __init__(self, command: str, opening: Opening) -> None:
        self._command = command
        self._opening = opening
        self._process: Process | None = None
        self._value: dict[str, Any] | None = None
        self._lock = threading.RLock()  # answers carry no number: what two threads ask must not cross

    def start(self) -> None:
        """Begin to open, without waiting."""
        with self._lock:
            self._started()

    @property
    def value(self) -> dict[str, Any]:
        """What the child found. Waits for it; but once it is known, not for what the child is busy with."""
        known = self._value
        if known is not None:
            return known
        with self._lock:
            self._opened()
            assert self._value is not None
            return self._value

    def ask(self, command: str, *arguments: Any, seconds: float) -> Answer:
        """The answer to another command."""
        with self._lock:
            return self._opened().ask(command, *arguments, seconds=seconds)

    def close(self) -> None:
        """End the child."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def _started(self) -> Process:
        if self._process is None or not self._process.alive:
            self._value = None
            self._process = begun(self._command, *self._opening) or opening(self._command, *self._opening)
        return self._process

    def _opened(self) -> Process:
        process = self._started()
        if self._value is None:
            try:
                self._value = process.receive(self._command, seconds=limits.OPEN_SECONDS).value
            except BaseException:
                self.close()  # the answer is used up: the next call must open again, not wait for a second one
                raise
        return process


class OpenedProcesses:
    """The same for up to `most` children. Another one is started when more was waited than its start takes."""

    def __init__(self, command: str, opening: Opening, most: int) -> None:
        self._all = tuple(OpenedProcess(command, opening) for _ in range(most))
        self._idle: LifoQueue[OpenedProcess] = LifoQueue()
        self._idle.put(self._all[0])
        self._unused = list(self._all[1:])
        self._waited = 0.0  # seconds, since one was started
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to open one, without waiting."""
        self._all[0].start()

    @property
    def value(self) -> dict[str, Any]:
        """What the first child found."""
        return self._all[0].value

    def ask(self, command: str, *arguments: Any, seconds: float) -> Answer:
        """The answer to another command."""
        one = self._free()
        try:
            return one.ask(command, *arguments, seconds=seconds)
        finally:
            self._idle.put(one)

    def close(self) -> None:
        """End the children."""
        for one in self._all:
            one.close()

    def _free(self) -> OpenedProcess:
        while True:
            since = time.monotonic()
            try:
                one = self._idle.get(timeout=max(0.0, START_SECONDS - self._waited) if self._unused else None)
            except Empty:
                one = None
            with self._lock:
                self._waited += time.monotonic() - since
                if one is None and self._unused:
                    self._waited = 0.0
                    one = self._unused.pop()
            if one is not None:
                return one
