"""Declared breaks: boundaries that are meant, such as a compaction. No pair reaches over one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.globs import matches, relative
from promptlint.lint.unused import unused
from promptlint.model import Finding, Request
from promptlint.options import Break, LintOptions
from promptlint.selection import NUMBERED


def declared(
    path: str, container: str | None, options: LintOptions, number: int | None = None, count: int | None = None
) -> Break | None:
    """The break that stands before a request; None if there is none.

    `number` is that of the request in its file, of `count`: a break that names a file alone stands before the first
    one in it. Left out, it is taken from the container where that is a record number.
    """
    if number is None and (container is None or container.isdigit()):
        number = int(container or 0)
    return next((one for one in options.breaks if _stands_before(one, path, number, count, options.folder)), None)


def declared_breaks(requests: Sequence[Request], options: LintOptions) -> dict[int, Break]:
    """The break before each request that has one, by its index. Requests of one file are in the file's order."""
    found = {}
    for index, (request, number, count) in enumerate(_numbered(requests)):
        one = declared(request.path, request.container, options, number, count)
        if one is not None:
            found[index] = one
    return found


def unused_breaks(requests: Sequence[Request], options: LintOptions) -> list[Finding]:
    """KV002 for each break that stands before none of all requests."""
    known = list(_numbered(requests))
    return [
        unused(
            f"the break before {one.after} names no request",
            one.origin,
            "remove it, or name the file (FILE#N: the N-th request of it) as it is called now",
            options,
        )
        for one in options.breaks
        if not any(_stands_before(one, each.path, number, count, options.folder) for each, number, count in known)
    ]


def _numbered(requests: Sequence[Request]) -> Iterator[tuple[Request, int, int]]:
    """Each request, its number in its file, and how many there are."""
    yield from ((request, request.number, request.siblings) for request in requests)


def _stands_before(one: Break, path: str, number: int | None, count: int | None, folder: str) -> bool:
    seen, wanted = relative(path, folder), relative(one.after, folder)
    if _is_file(seen, wanted):
        return not number
    match = NUMBERED.fullmatch(wanted)
    if match is None or number is None or not _is_file(seen, match["path"]):
        return False
    asked = int(match["number"])
    return number == asked or (count is not None and number == asked + count)


def _is_file(path: str, wanted: str) -> bool:
    return path == wanted or matches(path, wanted)
