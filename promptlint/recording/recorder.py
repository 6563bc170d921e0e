"""One run of the recorder: until it is told to end, or for as long as a command runs."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec

from promptlint.errors import UsageError
from promptlint.recording import variables
from promptlint.recording.golden import made_folder
from promptlint.recording.journal import Journal, Tally
from promptlint.recording.routes import Routes, base
from promptlint.recording.witness import Witness
from promptlint.records import dataclass

Work = Callable[[int], Awaitable[int]]  # what is done while the proxy listens on a port, and its exit code
_ENDS = ("SIGINT", "SIGTERM", "SIGHUP")  # not all of them are everywhere
_BY_SIGNAL = 128  # a shell's exit code of a process that signal n has ended is 128 + n


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the captures go, and how the requests come and go on."""

    folder: str
    port: int = 0  # 0: a free one
    proxy: str | None = None  # between us and the servers
    warn: Callable[[str], None] = lambda _: None  # is told at once why a file cannot be written


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded, and the exit code of the command, where there was one."""

    tally: Tally
    exit_code: int = 0


def record(upstream: str, settings: Settings, started: Callable[[int, str], None]) -> Recorded:
    """Pass requests on until SIGINT or SIGTERM; `started` is told the port and where requests go."""
    target = base(upstream, "--upstream")

    async def until_told(port: int) -> int:
        told = asyncio.Event()
        _on_signals(lambda _: told.set())
        started(port, str(target))
        await told.wait()
        return 0

    return _run(Routes({"": str(target)}), settings, until_told, interrupt_is_the_end=True)


def record_command(
    command: Sequence[str], upstream: str | None, settings: Settings, environment: Mapping[str, str] = os.environ
) -> Recorded:
    """Run a command whose clients are told to send their requests to us."""
    detours = variables.detours(environment, upstream)

    async def until_it_ends(port: int) -> int:
        return await _command(command, variables.redirected(environment, detours, port))

    return _run(variables.routes(detours), settings, until_it_ends, interrupt_is_the_end=False)


def _run(routes: Routes, settings: Settings, work: Work, *, interrupt_is_the_end: bool) -> Recorded:
    if find_spec("aiohttp") is None:
        hint = "pip install 'promptlint-ci[record]', or '.[record]' in a checkout"
        raise UsageError("record needs aiohttp, which is not installed", hint=hint)
    proxy = None if settings.proxy is None else str(base(settings.proxy, "--proxy"))
    journal = Journal(made_folder(settings.folder), settings.warn)
    code = 0
    try:
        code = asyncio.run(_served(routes, journal, settings.port, proxy, work))
    except KeyboardInterrupt:  # before there is a handler for it, or where a loop takes none (Windows)
        if not interrupt_is_the_end:
            raise
    finally:
        tally = journal.close()
    return Recorded(tally, code)


async def _served(routes: Routes, journal: Journal, port: int, proxy: str | None, work: Work) -> int:
    from promptlint.recording.proxy import serving

    async with serving(routes, journal, port, proxy) as taken:
        return await work(taken)


async def _command(command: Sequence[str], environment: Mapping[str, str]) -> int:
    signals: asyncio.Queue[int] = asyncio.Queue()
    _on_signals(signals.put_nowait)  # before it starts: none shall end us and leave it alone
    witness = Witness()
    await witness.begin()
    try:
        process = await _started(command, environment)
        handing_on = asyncio.create_task(_hand_on(signals, process, witness))
        code = await process.wait()
        handing_on.cancel()
    finally:
        await witness.end()
    return code if code >= 0 else _BY_SIGNAL - code


async def _started(command: Sequence[str], environment: Mapping[str, str]) -> Process:
    try:
        return await asyncio.create_subprocess_exec(*command, env=environment)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{command[0]}: cannot be started: {reason}", hint="check its name") from None


async def _hand_on(signals: asyncio.Queue[int], process: Process, witness: Witness) -> None:
    while True:
        number = await signals.get()
        with suppress(ProcessLookupError):  # it has just ended
            if not (await witness.saw(number) and os.getpgid(process.pid) == os.getpgrp()):
                process.send_signal(number)


def _on_signals(act: Callable[[int], None]) -> None:
    loop = asyncio.get_running_loop()
    for name in _ENDS:
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(number, act, number)
