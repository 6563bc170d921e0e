"""How far a run is, for whoever watches. The pipeline tells it; what is shown is the caller's choice."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of each part of a run when it begins, and of each step of it."""

    def begin(self, what: str, total: int) -> None:
        """A part begins that has `total` steps: bytes to read, pairs to compare."""

    def advance(self, steps: int) -> None:
        """So many more of them are done."""

    def end(self) -> None:
        """Nothing more will come."""


class _Unwatched:
    def begin(self, what: str, total: int) -> None:
        pass

    def advance(self, steps: int) -> None:
        pass

    def end(self) -> None:
        pass


UNWATCHED: Progress = _Unwatched()


class Portion:
    """The steps that one file is of all that is read: no more of them are told than it has, and in the end no less."""

    def __init__(self, progress: Progress, steps: int) -> None:
        self._progress, self._left = progress, steps

    def begin(self, what: str, total: int) -> None:
        """It has begun with the part that it belongs to."""

    def advance(self, steps: int) -> None:
        """So many more of its steps are done, or all that are left."""
        done = min(steps, self._left)
        self._left -= done
        self._progress.advance(done)

    def end(self) -> None:
        """All of it is done, whatever came of it."""
        self.advance(self._left)
