"""Tells whether a signal was sent to us alone or to our whole process group, as a terminal sends Ctrl-C.

Nothing says that of a signal; but a process that waits beside us gets the latter too.
"""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress

_WAITING = "cat"  # for its input, which ends when we do
_SECONDS = 0.3  # within which it has gone, where the signal was meant for it too


class Witness:
    """A process beside us. Where it cannot be started, all signals are for us alone."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def begin(self) -> None:
        """Start it, unless it is there, or no signal comes anyway."""
        if os.name == "posix" and (self._process is None or self._process.returncode is not None):
            with suppress(OSError):
                self._process = await asyncio.create_subprocess_exec(_WAITING, stdin=PIPE, stdout=DEVNULL)

    async def saw(self, number: int) -> bool:
        """Did it get this signal too. It is there again afterwards."""
        if self._process is None:
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), _SECONDS)
        seen = self._process.returncode == -number
        await self.begin()
        return seen

    async def end(self) -> None:
        """Be without it."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
