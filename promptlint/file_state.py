"""Whether files were touched: their sizes and times, and what else shows it without reading them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from promptlint.records import dataclass

MOST_FILES = 5000


class TooManyFilesError(Exception):
    """A folder with more files than it is worth to look at."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file or a folder as it was."""

    path: str
    states: tuple[str, ...]

    def still_holds(self) -> bool:
        """Is it as it was."""
        return seen(self.path) == self


def seen(path: str) -> Seen | None:
    """As it is; None where that cannot be seen."""
    try:
        return Seen(path, tuple(states(Path(path))))
    except (OSError, TooManyFilesError):
        return None


def states(path: Path) -> Iterator[str]:
    """Of a file, or of all in a folder. Raises OSError and TooManyFilesError."""
    return map(state, _all(path) if path.is_dir() else [str(path)])


def state(path: str) -> str:
    """Of one file, or of a folder itself: also of what is not there, or is a link that leads nowhere."""
    real = os.path.realpath(path)
    try:
        status = Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return repr((path, real))
    # The last change of its entry counts too: copying can keep the time of its content. Windows has its making there.
    return repr((path, real, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))


def _all(folder: Path) -> list[str]:
    """Files, and folders by their names; links to folders are followed, and none is entered twice."""
    found: list[str] = []
    entered: set[str] = set()
    for here, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(here)
        is_new = real not in entered
        entered.add(real)
        folders[:] = [name for name in folders if name != "__pycache__"] if is_new else []
        found += (os.path.join(here, name) for name in (*folders, *files) if is_new)  # noqa: PTH118 - thousands of them
        if len(found) > MOST_FILES:
            raise TooManyFilesError(str(folder))
    return sorted(found)
