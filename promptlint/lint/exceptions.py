"""What is excepted from a run's findings: by file, by the config's ignores, by the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from promptlint.lint import baseline
from promptlint.lint.ignores import suppress
from promptlint.lint.rule import Rule
from promptlint.lint.runner import Active
from promptlint.lint.selection import ignored_in_file
from promptlint.lint.unused import CODE as UNUSED
from promptlint.model import Finding, RequestSummary
from promptlint.options import LintOptions


def excepted(
    found: Sequence[Finding],
    requests: Sequence[RequestSummary],
    active: Sequence[Active],
    rules: Sequence[Rule],
    options: LintOptions,
    *,
    complete: bool,
) -> tuple[list[Finding | None], list[Finding]]:
    """The findings, None for those left out, the known ones marked; and KV002 for exceptions that nothing needs.

    `complete` says that all captures of the config were looked at.
    """
    running = {one.rule.code for one in active}
    not_run = [(rule.code, rule.name) for rule in rules if rule.code not in running]
    left = [not ignored_in_file(one.code, one.rule, one.place.path, options) for one in found]
    kept = [one for one, stays in zip(found, left, strict=True) if stays]
    marked, stale = suppress(
        baseline.fingerprints(kept, options.folder),
        requests,
        options,
        options.today or date.today(),
        complete=complete,
        not_run=not_run,
    )
    if options.baseline is not None:
        known = baseline.load(options.baseline)
        marked, gone = baseline.apply(marked, known, options, complete=complete, not_run=not_run)
        stale += gone
    marks = iter(marked)
    aligned = [next(marks) if stays else None for stays in left]
    return aligned, stale if UNUSED in running else []
