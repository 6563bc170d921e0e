"""Files of the same conversation as those that were asked for: a turn that is checked alone has its evidence there."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path

from promptlint.collection import session_file
from promptlint.file_names import EXTENSIONS, natural, series, side

MOST = 200  # files around one that was asked for


def companions(paths: Sequence[str], sessions: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The other files of the sessions, series and pairs that some files belong to, as far as they are there."""
    asked = {os.path.normpath(path) for path in paths}
    kin = _Kin()
    found: dict[str, str] = {}
    for path in paths:
        if path != "-":
            for other in (*_of_sessions(path, sessions), *kin.of(path)):
                found.setdefault(os.path.normpath(other), other)
    return tuple(other for same, other in found.items() if same not in asked and Path(other).is_file())


def _of_sessions(path: str, sessions: Sequence[Sequence[str]]) -> Iterator[str]:
    for session in sessions:
        files = [session_file(name) for name in session]
        if os.path.normpath(path) in map(os.path.normpath, files):
            yield from files


class _Kin:
    """Files whose names differ in the number, or in before and after, alone. Each folder is listed once."""

    def __init__(self) -> None:
        self._folders: dict[Path, dict[Hashable, list[str]]] = {}

    def of(self, path: str) -> Iterator[str]:
        """Those of one file, the nearest of them where there are many."""
        folder = Path(path).parent
        for key in _keys(path):
            if folder not in self._folders:
                self._folders[folder] = _by_key(folder)
            same = self._folders[folder].get(key, [])
            at = bisect_left(same, natural(path), key=natural)
            yield from same[max(0, at - MOST // 2) : at + MOST // 2]


def _keys(path: str) -> Iterator[Hashable]:
    number, which = series(path), side(path)
    if number is not None:
        yield number
    if which is not None:
        yield which.pair


def _by_key(folder: Path) -> dict[Hashable, list[str]]:
    found: dict[Hashable, list[str]] = {}
    try:
        captures = sorted((one.as_posix() for one in folder.iterdir() if _is_capture(one.name)), key=natural)
    except OSError:
        return found
    for path in captures:
        for key in _keys(path):
            found.setdefault(key, []).append(path)
    return found


def _is_capture(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(EXTENSIONS)
