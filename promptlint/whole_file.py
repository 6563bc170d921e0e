"""Files of ours are written whole or not at all, and never in place of anything that is no plain file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from pathlib import Path

SHUT = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY}  # a folder that takes no new file, a file mounted alone


def is_free(path: Path) -> bool:
    """May a file be written here: nothing is there, or a plain file, which no link leads to."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return True


def write(path: Path, content: str | bytes) -> None:
    """Replace the file's content, or make it. Raises OSError, also where something else than a file is there."""
    write_all({path: content.encode("utf-8") if isinstance(content, str) else content})


def write_all(contents: Mapping[Path, bytes]) -> None:
    """`write` for files that belong together: none of them is touched before all are on the disk. Raises OSError."""
    if not all(is_free(path) for path in contents):
        raise OSError(0, "not a plain file")
    _replace_all(contents)


def replace(path: Path, content: bytes) -> None:
    """Put a new file in place of the one that is there, if any, with its mode. Raises OSError."""
    _replace_all({path: content})


def _replace_all(contents: Mapping[Path, bytes]) -> None:
    import secrets

    made = {path: path.with_name(f".promptlint-{secrets.token_hex(8)}") for path in contents}
    try:
        for path, new in made.items():
            _make(new, contents[path], path)
        for path, new in made.items():
            new.replace(path)
    except BaseException:  # Ctrl-C too
        for new in made.values():
            new.unlink(missing_ok=True)
        raise


def _make(new: Path, content: bytes, path: Path) -> None:
    with new.open("xb") as file:  # with the mode of any new file, which the user's umask decides
        file.write(content)
    if path.exists():
        new.chmod(stat.S_IMODE(path.stat().st_mode))


def put(path: Path, content: bytes) -> None:
    """`replace` where a link leads to, and where that cannot be, write into what is there. Raises OSError."""
    try:
        if _is_replaceable(path):
            return replace(Path(os.path.realpath(path)), content)
    except OSError as error:
        if error.errno not in SHUT or not path.exists():
            raise
    path.write_bytes(content)
    return None


def _is_replaceable(path: Path) -> bool:
    """Nothing yet, or a plain file that we may write to; /dev/stdout may be one, but others write to it too."""
    if path.is_relative_to("/dev") or path.is_relative_to("/proc"):
        return False
    return not path.exists() or (path.is_file() and os.access(path, os.W_OK))
