"""Which files are looked at: those that are named, those that the config's globs match, and what lies in folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from promptlint.errors import InputError
from promptlint.file_names import EXTENSIONS, NUMBERED, natural
from promptlint.globs import matches
from promptlint.options import LintOptions

STANDARD_INPUT = "-"
_PASSED_OVER = frozenset({"node_modules", "__pycache__"})  # and all hidden folders
_WILD = "*?["


class Collected(NamedTuple):
    """A file to look at. One that is `named` is meant to be a capture; one that was swept up may be anything."""

    path: str  # as the user would name it
    named: bool


def collect(paths: Sequence[str], patterns: Sequence[str] = (), folder: Path = Path()) -> tuple[Collected, ...]:
    """The files of `paths`, in their order, then those that `patterns` match, which are relative to `folder`.

    Folders are swept for files with the extension of a capture. Each file is there once, where it first comes, and is
    named if anything names it. A folder that cannot be listed is there as itself, named: reading it says why. Raises
    InputError for what does not exist.
    """
    found: dict[str, Collected] = {}
    for one in (*_of_paths(paths), *_of_patterns(patterns, folder)):
        key = _key(one.path)
        known = found.get(key, one)
        found[key] = known._replace(named=known.named or one.named)
    return tuple(found.values())


def asked_for(names: Sequence[str] | None, options: LintOptions) -> tuple[Collected, ...]:
    """The files of a run: those that were named, else all that the config is about. Raises InputError as `collect`."""
    folder = Path(options.folder)
    if names is not None:
        return collect(names, folder=folder)
    names = [] if options.captures or options.sessions else ["."]
    names += dict.fromkeys(session_file(name) for session in options.sessions for name in session)
    return collect(names, options.captures, folder)


def session_file(name: str) -> str:
    """The file that an entry of a session is in: it may be FILE#N."""
    match = NUMBERED.fullmatch(name)
    return name if match is None or Path(name).exists() else match["path"]


def _of_paths(paths: Sequence[str]) -> Iterator[Collected]:
    for given in paths:
        if given == STANDARD_INPUT:
            yield Collected(given, named=True)
        elif _is_folder(given):
            yield from _swept(Path(given))
        elif _exists(given):
            yield Collected(_shown(Path(given)), named=True)
        else:
            raise InputError("no such file or folder", where=given, hint=_hint(given))


def _hint(given: str) -> str:
    if any(mark in given for mark in _WILD):
        return "patterns belong into the config (captures:), or are the shell's: this one has matched nothing"
    if NUMBERED.fullmatch(given):
        return "check looks at whole files: name the file alone"
    return "check the name; it is relative to the working folder"


def _of_patterns(patterns: Sequence[str], folder: Path) -> Iterator[Collected]:
    for pattern in patterns:
        fixed, wild = _fixed_and_wild(pattern)
        start = folder / fixed
        if wild and not _is_folder(str(start)):
            continue
        if wild:
            yield from _matching(start, wild)
        elif _is_folder(str(start)):
            yield from _swept(start)
        elif _exists(str(start)):
            yield Collected(_shown(start), named=True)
        else:
            hint = "captures: of the config names it, relative to the config's folder"
            raise InputError("no such file or folder", where=_shown(start), hint=hint)


def _fixed_and_wild(pattern: str) -> tuple[str, str]:
    """The folders that lead to the first wildcard, and the rest; all of it where there is none."""
    parts = pattern.split("/")
    first = next((number for number, part in enumerate(parts) if any(mark in part for mark in _WILD)), len(parts))
    fixed = "/".join(parts[:first])
    return fixed or ("/" if pattern.startswith("/") else ""), "/".join(parts[first:])


def _matching(start: Path, wild: str) -> list[Collected]:
    shut: list[str] = []
    depth = None if "**" in wild.split("/") else wild.count("/")
    inside = [(path, path.relative_to(start).as_posix()) for path in _walk(start, shut, depth) if _is_file(path)]
    return _sorted([_shown(path) for path, name in inside if matches(name, wild)], named=True) + _sorted(shut)


def _swept(folder: Path) -> list[Collected]:
    shut: list[str] = []
    return _sorted([_shown(path) for path in _walk(folder, shut) if _is_capture(path)], named=False) + _sorted(shut)


def _sorted(paths: Iterable[str], *, named: bool = True) -> list[Collected]:
    return [Collected(path, named) for path in sorted(paths, key=natural)]


def _walk(folder: Path, shut: list[str], depth: int | None = None) -> Iterator[Path]:
    """Everything below a folder, links to folders followed, none entered twice; `shut` gets those not to be listed."""
    entered: set[str] = set()
    for here, folders, files in os.walk(folder, followlinks=True, onerror=lambda error: _note(error, shut)):
        real = os.path.realpath(here)
        deep = len(Path(here).relative_to(folder).parts)
        if real in entered:
            folders.clear()
            continue
        entered.add(real)
        folders[:] = sorted(filter(_is_entered, folders), key=natural) if depth is None or deep < depth else []
        # A link must not take the place of the folder itself, so that it is shown by its own name.
        folders.sort(key=lambda name: (Path(here, name).is_symlink(), natural(name)))
        yield from (Path(here, name) for name in files)


def _note(error: OSError, shut: list[str]) -> None:
    if not isinstance(error, FileNotFoundError):  # what has gone since holds nothing
        shut.append(_shown(Path(str(error.filename))))


def _is_entered(name: str) -> bool:
    return not name.startswith(".") and name not in _PASSED_OVER


def _is_capture(path: Path) -> bool:
    """Does the name of a file say that it may be a capture. Our own baseline, a hidden file, is none."""
    name = path.name.lower().removesuffix(".gz")
    return name.endswith(EXTENSIONS) and not name.startswith(".") and _is_file(path)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()  # no pipe or device: opening one could wait for ever
    except OSError:
        return False


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # longer than a name can be
        return False


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def _shown(path: Path) -> str:
    return path.as_posix()


def _key(path: str) -> str:
    """The same for all spellings of a path; a link is a file of its own."""
    return path if path == STANDARD_INPUT else os.path.normcase(os.path.abspath(path))  # noqa: PTH100 - links stay
