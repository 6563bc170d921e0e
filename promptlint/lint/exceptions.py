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
from promptlint.model import Finding, RequestSummary, Severity
from promptlint.options import LintOptions

RANKS: dict[Severity, int] = {"info": 0, "warning": 1, "error": 2}


def excepted(
    found: Sequence[Finding],
    requests: Sequence[RequestSummary],
    active: Sequence[Active],
    rules: Sequence[Rule],
    options: LintOptions,
    *,
    complete: bool,
) -> list[Finding]:
    """The findings, those that are known marked as suppressed, and KV002 for exceptions that nothing needs.

    `complete` says that all captures of the config were looked at.
    """
    running = {one.rule.code for one in active}
    not_run = [(rule.code, rule.name) for rule in rules if rule.code not in running]
    kept = [one for one in found if not ignored_in_file(one.code, one.rule, one.place.path, options)]
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
    if UNUSED in running:
        marked += stale
    least = RANKS[options.min_severity]
    return [one for one in marked if RANKS[one.severity] >= least]
