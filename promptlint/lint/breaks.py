"""Declared breaks: boundaries that are meant, such as a compaction. No pair reaches over one."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.file_names import NUMBERED
from promptlint.globs import matches, relative
from promptlint.lint.unused import unused
from promptlint.model import Finding, Request
from promptlint.options import Break, LintOptions


def declared(request: Request, options: LintOptions) -> Break | None:
    """The break that stands before a request; one that names a file alone stands before the first request in it."""
    return next((one for one in options.breaks if _stands_before(one, request, options.folder)), None)


def declared_breaks(requests: Sequence[Request], options: LintOptions) -> dict[int, Break]:
    """The break before each request that has one, by its index."""
    found = ((index, declared(request, options)) for index, request in enumerate(requests))
    return {index: one for index, one in found if one is not None}


def unused_breaks(requests: Sequence[Request], options: LintOptions) -> list[Finding]:
    """KV002 for each break that stands before none of all requests."""
    return [
        unused(
            f"the break before {one.after} names no request",
            one.origin,
            "remove it, or name the file (FILE#N: the N-th request of it) as it is called now",
            options,
        )
        for one in options.breaks
        if not any(_stands_before(one, request, options.folder) for request in requests)
    ]


def _stands_before(one: Break, request: Request, folder: str) -> bool:
    seen, wanted = relative(request.path, folder), relative(one.after, folder)
    if _is_file(seen, wanted):
        return request.number == 0
    match = NUMBERED.fullmatch(wanted)
    if match is None or not _is_file(seen, match["path"]):
        return False
    return int(match["number"]) in (request.number, request.number - request.siblings)


def _is_file(path: str, wanted: str) -> bool:
    return path == wanted or matches(path, wanted)
