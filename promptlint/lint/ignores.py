"""The `ignores:` of a config: findings that are known, each for a reason and perhaps until a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from promptlint import json_path, positions
from promptlint.globs import any_matches
from promptlint.lint.breaks import unused_breaks
from promptlint.lint.selection import CodeAndName, covers
from promptlint.lint.unused import unused
from promptlint.model import Finding, RequestSummary, Suppressed
from promptlint.options import Ignore, LintOptions


def suppress(
    findings: Sequence[Finding],
    requests: Sequence[RequestSummary],
    options: LintOptions,
    today: date,
    *,
    complete: bool = True,
    not_run: Iterable[CodeAndName] = (),
) -> tuple[list[Finding], list[Finding]]:
    """The findings, those that an entry covers marked, and KV002 for entries and breaks that nothing needs.

    `complete` says that all captures of the config were looked at: else nothing can be told of what matched nothing.
    Nor of entries for rules that did not run.
    """
    live = [entry for entry in options.ignores if not _is_over(entry, today)]
    used: set[Ignore] = set()
    marked = [_marked(finding, live, options.folder, used) for finding in findings]
    silent = tuple(not_run)
    told = [entry for entry in options.ignores if not any(covers(entry.rules, *rule) for rule in silent)]
    paths = tuple(dict.fromkeys(summary.request.path for summary in requests))
    stale = []
    for entry in told:
        if _is_over(entry, today) and (complete or _has_file(entry, paths, options.folder)):
            stale.append(_expired(entry, options))
        elif complete and entry in live and entry not in used:
            stale.append(_unused(entry, paths, options))
    if complete:
        stale += unused_breaks([summary.request for summary in requests], options)
    return marked, stale


def _is_over(entry: Ignore, today: date) -> bool:
    return entry.until is not None and today > entry.until


def _marked(finding: Finding, entries: Sequence[Ignore], folder: str, used: set[Ignore]) -> Finding:
    """The finding, with the reason of the first entry that covers it; each entry that does is of use."""
    fitting = [entry for entry in entries if _fits(entry, finding, folder)]
    used.update(fitting)
    if not fitting or finding.suppressed is not None:
        return finding
    return replace(finding, suppressed=Suppressed("config", fitting[0].reason))


def _fits(entry: Ignore, finding: Finding, folder: str) -> bool:
    return (
        covers(entry.rules, finding.code, finding.rule)
        and (not entry.files or any_matches(finding.place.path, entry.files, folder))
        and (entry.path is None or json_path.covers(_steps(entry.path), positions.keys(finding.place.pointer)))
    )


@lru_cache(maxsize=256)
def _steps(path: str) -> json_path.Steps:
    return json_path.steps(path)


def _has_file(entry: Ignore, paths: Sequence[str], folder: str) -> bool:
    """Is one of the paths a file that the entry is about."""
    return any(not entry.files or any_matches(path, entry.files, folder) for path in paths)


def _expired(entry: Ignore, options: LintOptions) -> Finding:
    return unused(
        f"the ignore of {', '.join(entry.rules)} expired on {entry.until}, so what it covered counts again",
        entry.origin,
        "mend what it covered and remove it, or give it a new date",
        options,
    )


def _unused(entry: Ignore, paths: Sequence[str], options: LintOptions) -> Finding:
    why = "" if _has_file(entry, paths, options.folder) else f": no file that was checked fits {', '.join(entry.files)}"
    return unused(
        f"the ignore of {', '.join(entry.rules)} matched nothing{why}",
        entry.origin,
        "remove it, or see whether its rules, files and path are still called so",
        options,
    )
