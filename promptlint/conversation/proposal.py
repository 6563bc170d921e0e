"""Which requests may belong together, and in which order; whether they do, their messages decide."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from promptlint.conversation.identity import session_id
from promptlint.file_names import NUMBERED, natural, series, side
from promptlint.model import Request


class Proposal(NamedTuple):
    """Some requests, by their numbers, in the order in which they were sent."""

    requests: tuple[int, ...]
    source: Literal["explicit", "names", "id", "history"]


def proposals(requests: Sequence[Request], sessions: Sequence[Sequence[str]]) -> list[Proposal]:
    """The config's sessions, pairs by name, ids, then files; each request in the first that takes it.

    Sessions of the config may share requests: two conversations that begin alike.
    """
    files: dict[str, list[int]] = {}
    for number, request in enumerate(requests):
        files.setdefault(_same_path(request.path), []).append(number)
    found = [Proposal(numbers, "explicit") for numbers in (_session(files, one) for one in sessions) if numbers]
    taken = {number for one in found for number in one.requests}
    found += _by_name(requests, {path: [one for one in numbers if one not in taken] for path, numbers in files.items()})
    taken |= {number for one in found for number in one.requests}
    rest = [number for number in range(len(requests)) if number not in taken]
    ids = _grouped(rest, lambda number: _id(requests[number]))
    ids = {key: numbers for key, numbers in ids.items() if len(numbers) > 1 or not _is_cache_key(requests[numbers[0]])}
    with_id = {number for numbers in ids.values() for number in numbers}
    others = _grouped([number for number in rest if number not in with_id], lambda number: _file(requests[number]))
    found += [Proposal(_ordered(requests, numbers), "id") for numbers in ids.values()]
    found += [Proposal(_ordered(requests, numbers), "history") for numbers in others.values()]
    return found


def sequences(requests: Sequence[Request], proposed: Sequence[Proposal]) -> tuple[tuple[int, ...], ...]:
    """The requests in the order in which they came to a server, as far as files, ids and times tell it.

    Two conversations that take turns in one file are one sequence; the two files of a pair of names are none.
    """
    told = [one.requests for one in proposed if one.source == "explicit"]
    left = sorted({number for one in proposed if one.source in ("id", "history") for number in one.requests})
    found = _grouped(left, lambda number: _arrival(requests[number]))
    return (*told, *(_ordered(requests, numbers) for numbers in found.values()))


def _arrival(request: Request) -> Hashable:
    """What the requests of one sequence share: their folder where each says when it was sent, else file or series."""
    if request.session is not None and request.recorded_at is not None:
        return Path(request.path).parent
    return _file(request)


def _grouped(numbers: Sequence[int], key: Callable[[int], Hashable | None]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = {}
    for number in numbers:
        group = key(number)
        if group is not None:
            found.setdefault(group, []).append(number)
    return found


def _session(files: dict[str, list[int]], session: Sequence[str]) -> tuple[int, ...]:
    named = [number for name in session for number in _named(files, name)]
    return tuple(dict.fromkeys(named))


def _named(files: dict[str, list[int]], name: str) -> list[int]:
    """The requests of a file, or the one that FILE#N means."""
    whole = files.get(_same_path(name))
    match = NUMBERED.fullmatch(name)
    if whole is not None or match is None:
        return whole or []
    numbers = files.get(_same_path(match["path"]), [])
    index = int(match["number"])
    return [numbers[index]] if -len(numbers) <= index < len(numbers) else []


def _same_path(path: str) -> str:
    return os.path.normpath(path)


def _by_name(requests: Sequence[Request], files: dict[str, list[int]]) -> Iterator[Proposal]:
    """The requests of X.before and X.after, by their number in the file; the same extension first."""
    sides: dict[Hashable, dict[str, list[list[int]]]] = {}
    for numbers in files.values():
        path = requests[numbers[0]].path if numbers else ""
        found = side(path)
        if found is not None:
            sides.setdefault(found.pair, {"before": [], "after": []})[found.side].append(numbers)
    for both in sides.values():
        yield from _pairs(requests, both["before"], both["after"])


def _pairs(
    requests: Sequence[Request], befores: Sequence[list[int]], afters: Sequence[list[int]]
) -> Iterator[Proposal]:
    left = list(afters)
    for before in befores:
        if not left:
            return
        ending = _ending(requests[before[0]].path)
        after = next((one for one in left if _ending(requests[one[0]].path) == ending), left[0])
        left.remove(after)
        yield from (Proposal(pair, "names") for pair in zip(before, after, strict=False))


def _ending(path: str) -> str:
    """What follows the side in a name."""
    return path.rpartition("before")[2] if "before" in path else path.rpartition("after")[2]


def _id(request: Request) -> Hashable | None:
    found = session_id(request)
    return None if found is None else (Path(request.path).parent, found)


def _is_cache_key(request: Request) -> bool:
    """Is its id the key of a cache: one that is new on every request is a fault, and only their pair shows it."""
    return session_id(request) == request.body.get("prompt_cache_key")


def _file(request: Request) -> Hashable:
    """The series that a file is one of; its folder where it holds but one request, and a time; else the file itself."""
    found = series(request.path)
    if found is None and request.siblings == 1 and request.recorded_at is not None:
        return Path(request.path).parent, request.recorded_at.tzinfo is None
    return found or request.path


def _ordered(requests: Sequence[Request], numbers: Sequence[int]) -> tuple[int, ...]:
    """By time where all requests have one; else file by file, as their numbers in the name say."""
    times = [requests[number].recorded_at for number in numbers]
    known = [time for time in times if time is not None]
    if len(known) == len(numbers) and len({time.tzinfo is None for time in known}) == 1:
        order = dict(zip(numbers, known, strict=True))
        return tuple(sorted(numbers, key=lambda number: (order[number], natural(requests[number].path), number)))
    return tuple(sorted(numbers, key=lambda number: (natural(requests[number].path), number)))
