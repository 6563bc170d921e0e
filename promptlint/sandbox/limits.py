"""What the child process may use. Chosen far above any real model and far below what hurts the machine."""

from __future__ import annotations

import contextlib
import math
import os
import sys

MEMORY = 4 * 1024**3  # bytes of address space; the largest real tokenizer seen (262K entries) needs 0.9 GiB
OPEN_SECONDS = 30.0  # the largest real vocabulary takes 2
RENDER_SECONDS = 10.0  # the slowest real template takes 0.1 s for 100K tokens
ENCODE_SECONDS = 10.0
SECONDS_PER_MILLION_CHARACTERS = 5.0
TEMPLATE_LIMIT = 4 * 1024 * 1024  # characters; the longest real chat template seen has 30 thousand
MOST_TEMPLATES = 100
ORPHAN_GRACE = 2.0  # seconds that a child outlives a parent that died while it worked
THREADS = min(os.cpu_count() or 1, 8)  # every thread reserves address space


def apply_memory_limit() -> None:
    """Bound this process's memory, core dumps and file writes, where the system can (not on Windows)."""
    if sys.platform == "win32":
        return
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        # macOS refuses RLIMIT_AS: there the time limits alone hold.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def allow_seconds(seconds: float) -> None:
    """Let this process work so much longer before the system ends it, even if its parent is gone.

    Real time and processor time: the alarm ends what hangs inside a library, the other limit what has many threads.
    """
    if sys.platform == "win32":
        return
    import resource
    import signal

    signal.setitimer(signal.ITIMER_REAL, seconds + ORPHAN_GRACE)

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds * THREADS) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def rest() -> None:
    """Wait for the next command without an alarm."""
    if sys.platform != "win32":
        import signal

        signal.setitimer(signal.ITIMER_REAL, 0)
