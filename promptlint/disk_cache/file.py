"""A file of the cache: read whole or not at all, replaced whole or not at all; a link is never followed."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def content(path: Path, most: int) -> bytes:
    """The bytes of a file; none where it cannot be read, or has more than `most`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            return file.read(most + 1) if os.fstat(descriptor).st_size <= most else b""
    except OSError:
        return b""


def replace(path: Path, raw: bytes) -> None:
    """Put the bytes in place of the file. Raises OSError, and then nothing has changed."""
    own = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _NO_LINK, 0o600), "wb") as file:
            file.write(raw)
        own.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            own.unlink()
        raise
