"""`promptlint baseline`: take the present findings as known, drop what is gone, show what is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from promptlint import pipeline
from promptlint.lint import baseline
from promptlint.model import Finding
from promptlint.options import LintOptions, Options
from promptlint.usual import BASELINE, DEFAULT_SELECT

TAKEN = ("error", "warning")


def write(options: Options) -> str:
    """Take all present findings from warning on as known; returns what was done, in a sentence."""
    path, found = _findings(options, options.lint)
    kept = [one for one in found if one.severity in TAKEN]
    written = baseline.write(path, kept, options.lint.folder)
    return f"{path}: {len(written.lines)} findings are known now"


def prune(options: Options) -> str:
    """Drop the lines that match no finding any more; returns what was done, in a sentence."""
    wide = replace(options.lint, select=DEFAULT_SELECT, ignore=())  # what a narrower run does not see is not gone
    path, found = _findings(options, wide)
    known = baseline.load(path)
    kept = baseline.prune(known, found)
    baseline.save(kept)
    return f"{path}: {len(known.lines) - len(kept.lines)} dropped, {len(kept.lines)} left"


def show(options: Options) -> str:
    """What the baseline holds, a line for each rule in each file."""
    path = _path(options)
    lines = [f"{one.path}: {one.code} {one.rule} {one.findings}" for one in baseline.counts(baseline.load(path))]
    return "\n".join(lines) or f"{path} is empty"


def _path(options: Options) -> str:
    return options.lint.baseline or (Path(options.lint.folder) / BASELINE).as_posix()


def _findings(options: Options, lint: LintOptions) -> tuple[str, tuple[Finding, ...]]:
    """Every occurrence in all captures that the config is about."""
    paths = [] if lint.captures or lint.sessions else [lint.folder]
    report = pipeline.check(paths, replace(options, lint=replace(lint, baseline=None)), every=True)
    return _path(options), report.findings
