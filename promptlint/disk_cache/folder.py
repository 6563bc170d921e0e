"""The cache folder: where it is, that it is nobody else's, and how it is emptied."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

VARIABLE = "PROMPTLINT_CACHE_DIR"
SEGMENTS, RULES, REPORTS = ".segments", ".rules", ".report"
MOST_FILES = 32  # one for each tokenizer and each version of the rules; and as many reports
_IGNORED = "# Made by promptlint. Everything here can be made again.\n*\n"
_TAG = "CACHEDIR.TAG"  # what backup programs look for
_TAG_TEXT = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of promptlint: https://bford.info/cachedir/\n"


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """PROMPTLINT_CACHE_DIR, else a folder in the user's cache folder; None where there is no place for one."""
    named = environment.get(VARIABLE)
    if named:
        return Path(named)
    base = _user_folder(environment)
    return None if base is None or not base.is_absolute() else base / "promptlint"


def _user_folder(environment: Mapping[str, str]) -> Path | None:
    if sys.platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return Path(local) if local else None
    named = environment.get("XDG_CACHE_HOME")
    if named:
        return Path(named)
    home = environment.get("HOME")
    if not home:
        return None
    return Path(home, "Library", "Caches") if sys.platform == "darwin" else Path(home, ".cache")


def is_ours(folder: Path) -> bool:
    """May what lies there be believed: a real folder of this user, into which nobody else writes."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(status.st_mode):
        return False
    if sys.platform == "win32":
        return True
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def made(folder: Path) -> bool:
    """Make the folder where it is missing; false where that cannot be done, or it is not ours."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_ours(folder):
            return False
        for name, text in ((".gitignore", _IGNORED), (_TAG, _TAG_TEXT)):
            if not (folder / name).exists():
                (folder / name).write_text(text, encoding="utf-8")
    except OSError:
        return False
    return True


def entries(folder: Path, *suffixes: str) -> Iterator[Path]:
    """The files that promptlint wrote there, unfinished ones too, the newest first; all, or those of some kinds."""
    wanted = {*(suffixes or (SEGMENTS, RULES, REPORTS))}
    with contextlib.suppress(OSError):
        found = [path for path in folder.iterdir() if wanted & {*path.suffixes} and path.is_file()]
        yield from sorted(found, key=_age)


def knows_no_tokenizer(folder: Path) -> bool:
    """Was nothing counted yet, with whatever model: then the vocabulary need not wait for its hash."""
    return not any(entries(folder, SEGMENTS))


def _age(path: Path) -> float:
    try:
        return -path.stat().st_mtime
    except OSError:  # another run has just removed it
        return 0.0


def remove_oldest(folder: Path) -> None:
    """Keep the files that were written last."""
    for kinds in ((SEGMENTS, RULES), (REPORTS,)):
        for path in list(entries(folder, *kinds))[MOST_FILES:]:
            with contextlib.suppress(OSError):
                path.unlink()


def clean(folder: Path) -> int:
    """Remove all that promptlint wrote there, and the folder if nothing else is in it; how many bytes that was."""
    size = 0
    if not is_ours(folder):
        return size
    for path in [*entries(folder), folder / ".gitignore", folder / _TAG]:
        with contextlib.suppress(OSError):
            length = path.stat().st_size
            path.unlink()
            size += length
    with contextlib.suppress(OSError):
        folder.rmdir()
    return size
