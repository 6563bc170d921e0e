"""Files of ours are written whole or not at all, and never in place of anything that is no plain file."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

USUAL_MODE = 0o644  # a temporary file is for its owner alone


def is_free(path: Path) -> bool:
    """May a file be written here: nothing is there, or a plain file, which no link leads to."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return True


def write(path: Path, content: str | bytes) -> None:
    """Replace the file's content, or make it. Raises OSError, also where something else than a file is there."""
    if not is_free(path):
        raise OSError(0, "not a plain file")
    mode = path.stat().st_mode & 0o777 if path.exists() else USUAL_MODE
    descriptor, name = tempfile.mkstemp(prefix=".promptlint-", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
        new.chmod(mode)
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
