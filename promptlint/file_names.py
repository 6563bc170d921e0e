"""What the name of a capture says: its place in a series, or which side of a pair it is."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import Literal, NamedTuple

NUMBERED = re.compile(r"(?P<path>.+)#(?P<number>-?\d+)", re.DOTALL)  # FILE#N, a request of a file
EXTENSIONS = (".json", ".jsonl", ".ndjson", ".har", ".yaml", ".yml")

_DIGITS = re.compile(r"([0-9]+)")
_TIMESTAMP = r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[T_ -]?[0-9]{2}[-_:.]?[0-9]{2}[-_:.]?[0-9]{2}(?:[._-]?[0-9]{1,9})?Z?"
# The first place where one of them begins that lasts to the end: a timestamp whole, and not its last digits.
_LAST_NUMBER = re.compile(rf"(?:{_TIMESTAMP}|[0-9]+)\Z")
_SIDE = re.compile(r"(?P<rest>(?:.*[._-])?)(?P<side>before|after)\Z", re.DOTALL)

NaturalKey = tuple[tuple[tuple[tuple[int, int, str], ...], ...], str]


class Side(NamedTuple):
    """One file of a pair of files; both have the same `pair`."""

    pair: tuple[str, str]  # the folder, and what the names share
    side: Literal["before", "after"]


@lru_cache(maxsize=8192)  # the files of a folder are sorted, and searched for their kin, more than once
def natural(path: str) -> NaturalKey:
    """A key that sorts 2 before 10."""
    folder, stem = folder_and_stem(path)
    return tuple(map(_parts, (*folder.split("/"), stem))), path


def _parts(name: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(_part(part, number % 2 == 1) for number, part in enumerate(_DIGITS.split(name)))


def _part(text: str, is_number: bool) -> tuple[int, int, str]:
    # Numbers as text, longer ones last: a name may have more digits than Python makes a number of.
    digits = text.lstrip("0")
    return (0, len(digits), digits) if is_number else (1, 0, text.casefold())


def folder_and_stem(path: str) -> tuple[str, str]:
    """The folder of a path, and the name without the extension of a capture."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    name = name.removesuffix(".gz")
    extension = next((one for one in EXTENSIONS if name.lower().endswith(one)), "")
    return posixpath.normpath(folder), name[: len(name) - len(extension)]


def series(path: str) -> tuple[str, str] | None:
    """Folder and name before the number or timestamp that the name ends in; None where it ends in neither."""
    folder, stem = folder_and_stem(path)
    last = _LAST_NUMBER.search(stem)
    return None if last is None else (folder, stem[: last.start()])


def side(path: str) -> Side | None:
    """Which side of a pair the name says that a file is: X.before, X_after, X-before, before."""
    folder, stem = folder_and_stem(path)
    match = _SIDE.match(stem)
    if match is None:
        return None
    return Side((folder, match["rest"]), "before" if match["side"] == "before" else "after")
