"""Files that are there whole or not at all, for their owner alone, and never in place of another one.

A line appended to a file would be shorter, but it is not whole when its writer is killed: of writes of 10 MB, one of
three was cut in two.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from promptlint.errors import UsageError

FOLDER_MODE = 0o700


def made_folder(path: str) -> Path:
    """The folder, made for its owner alone where it is not there. Raises UsageError where no file can be made."""
    folder = Path(path)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            folder.mkdir(FOLDER_MODE)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        hint = "name another folder with --out"
        raise UsageError(f"cannot be written to: {error.strerror}", where=path, hint=hint) from None


def write_new(folder: Path, names: Iterable[str], content: bytes) -> Path:
    """A new file with the first of the names that is free. Raises OSError, and leaves nothing behind then."""
    descriptor, temporary = tempfile.mkstemp(prefix=".promptlint-", dir=folder)  # readable by its owner alone
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        return next(path for path in map(folder.joinpath, names) if _linked(temporary, path))
    finally:
        Path(temporary).unlink(missing_ok=True)


def _linked(temporary: str, path: Path) -> bool:
    """Give the file its name; false where the name is taken, by another process perhaps."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if path.exists():
            return False
        Path(temporary).rename(path)
    return True
