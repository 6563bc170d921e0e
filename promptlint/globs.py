"""Globs of a config against paths as they are shown: both are held relative to the config's folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

REVISION = re.compile(r"[^:/\\]{2,}:(?P<path>[^:/\\].*)", re.DOTALL)  # one letter is a drive


@lru_cache(maxsize=4096)
def relative(path: str, folder: str) -> str:
    """A path as seen from a folder, with slashes on every system; both are relative to the working folder."""
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:  # another drive
        return path.replace(os.sep, "/")


def matches(path: str, glob: str) -> bool:
    """Does a glob fit a whole path: `*`, `?` and `[…]` within a name, `**` for any number of folders."""
    return _fits(tuple(path.split("/")), tuple(glob.split("/")))


def any_matches(path: str, globs: Iterable[str], folder: str) -> bool:
    """Does one of the globs, relative to the folder, fit a path, relative to the working folder; or REV:PATH."""
    stored = REVISION.fullmatch(path)
    seen = relative(path if stored is None else stored["path"], folder)
    return any(matches(seen, glob.removeprefix("./")) for glob in globs)


@lru_cache(maxsize=4096)
def _fits(names: tuple[str, ...], globs: tuple[str, ...]) -> bool:
    # Each `**` of a hostile glob would double the work of a recursion: these are the numbers of names used up so far.
    reached = {0}
    for number, glob in enumerate(globs):
        if glob == "**":
            least = min(reached) + (number == len(globs) - 1)  # at the end it stands for a file: one name at least
            reached = set(range(least, len(names) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(names) and fnmatchcase(names[at], glob)}
        if not reached:
            return False
    return len(names) in reached
