"""A bar on standard error for a run that somebody waits for: on a terminal, and not before a second has passed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

from promptlint.progress import UNWATCHED, Progress
from promptlint.terminal import is_animated, look_at, safe

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar as ClickBar

_PATIENCE = 1.0  # seconds
_WIDEST = 36  # columns of the bar itself
_BESIDE = 28  # columns of what stands beside it: brackets, share, time left


def watched(stream: TextIO | None) -> Progress:
    """A bar on `stream`, or nothing where nobody looks at it."""
    return ProgressBar(stream) if stream is not None and is_animated(stream) else UNWATCHED


class ProgressBar:
    """One bar after the other, one for each part of a run that takes longer than people like to wait."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._started = time.monotonic()
        self._what, self._total, self._done = "", 0, 0
        self._bar: ClickBar[int] | None = None

    def begin(self, what: str, total: int) -> None:
        """A part begins: its bar is shown when the run has lasted a second."""
        self.end()
        self._what, self._total, self._done = what, total, 0

    def advance(self, steps: int) -> None:
        """So many more steps are done."""
        self._done += steps
        if self._bar is not None:
            self._bar.update(steps)
        elif self._done < self._total and time.monotonic() - self._started > _PATIENCE:
            self._bar = self._shown()

    def end(self) -> None:
        """The bar, if there is one, is finished and its line taken away."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._stream.write("\x1b[1A\x1b[2K")
            self._stream.flush()
            self._bar = None

    def _shown(self) -> ClickBar[int]:
        import click

        label = safe(self._what)
        width = max(1, min(_WIDEST, look_at(self._stream).width - len(label) - _BESIDE))
        bar: ClickBar[int] = click.progressbar(length=self._total, label=label, width=width, file=self._stream)
        bar.__enter__()
        bar.update(self._done)
        return bar
