"""The order of names: sorted as a whole, or sorted inside segments, a segment being the tools of one server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

# mcp__server__name is surely a server's; the other spellings are where a second name shares the prefix.
SERVER = re.compile(r"mcp__[^_]++(?:_[^_]++)*+__(?=.)")
PREFIX = re.compile(r"(?:[^_./]++|_(?!_))++(?:__|[./])(?=.)")
CASES: tuple[Callable[[str], str], ...] = (str, str.casefold)


class Misplaced(NamedTuple):
    """A name that stands behind one that it belongs before, or behind another segment than its own."""

    number: int
    name: str
    behind: str


def misplaced(names: Sequence[str], *, segments: bool) -> Misplaced | None:
    """The first name out of order; None for names that are sorted in any of the ways that count as sorted."""
    if any(_first(names, case) is None for case in CASES):
        return None
    if not segments:
        return _first(names, str)
    runs = list(_runs(names))
    seen: set[str] = set()
    for prefix, start, run in runs:
        if prefix in seen:
            return Misplaced(start, run[0], names[start - 1])
        seen.add(prefix)
        if all(_first(run, case) is not None for case in CASES):
            found = _first(run, str)
            assert found is not None
            return found._replace(number=start + found.number)
    return None


def segment_of(name: str, shared: Counter[str]) -> str:
    """The server prefix of a name; empty where it has none, or no other name has it too."""
    server = SERVER.match(name)
    if server is not None:
        return server[0]
    found = PREFIX.match(name)
    return found[0] if found is not None and shared[found[0]] > 1 else ""


def _runs(names: Sequence[str]) -> Iterator[tuple[str, int, list[str]]]:
    shared = Counter(found[0] for name in names if (found := PREFIX.match(name)) is not None)
    start = 0
    for prefix, group in groupby(names, lambda name: segment_of(name, shared)):
        run = list(group)
        yield prefix, start, run
        start += len(run)


def _first(names: Sequence[str], case: Callable[[str], str]) -> Misplaced | None:
    for number, (one, other) in enumerate(pairwise(names)):
        if case(other) < case(one):
            return Misplaced(number + 1, other, one)
    return None
