"""What a model's child processes answer, without the processes: for tests of many templates or runs, not of those."""

from __future__ import annotations

import json
import marshal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from promptlint.builtin import FOLDER
from promptlint.sandbox import model_process
from promptlint.sandbox.child import COMMANDS, OPENING, OpenModel
from promptlint.sandbox.opened_process import Opening
from promptlint.sandbox.process import Answer


@contextmanager
def no_child_processes() -> Iterator[None]:
    """Models that are opened meanwhile do in this process what their children would do."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OpenedProcess", "OpenedProcesses"):
            patch.setattr(model_process, name, OpenedHere)
        yield


class OpenedHere:
    """Stands in for both; what is handed over and given back is copied as it is between two processes."""

    _one_at_a_time = threading.RLock()  # as a child works

    def __init__(self, command: str, opening: Opening, most: int = 1) -> None:
        self._command, self._opening = command, opening
        self._model: OpenModel | None = None

    def start(self) -> None:
        """It opens when it is asked."""

    def close(self) -> None:
        """Nothing to end; the next use opens again."""
        self._model = None

    @property
    def value(self) -> dict[str, Any]:
        """What the child found."""
        found: dict[str, Any] = self.ask(self._command, seconds=0).value
        return found

    def ask(self, command: str, *arguments: Any, seconds: float) -> Answer:
        """The answer to a command."""
        with self._one_at_a_time:
            if self._model is None:
                kind, path, template = self._opening
                ours = self._command == "vocabulary" and path == str(FOLDER)
                self._model = _builtin(kind) if ours else OpenModel(kind, path, template)
            if command in OPENING:
                value, blobs = OPENING[command](self._model)
            else:
                value, blobs = COMMANDS[command](self._model, *marshal.loads(marshal.dumps(arguments)))
        return Answer(json.loads(json.dumps(value)), tuple(blobs))


@cache
def _builtin(kind: str) -> OpenModel:
    return OpenModel(kind, str(FOLDER), None)
