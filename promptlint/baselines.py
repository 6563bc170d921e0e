"""`promptlint baseline`: take the present findings as known, drop what is gone, show what is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from promptlint import pipeline
from promptlint.lint import baseline
from promptlint.model import Finding
from promptlint.options import BASELINE, DEFAULT_SELECT, Options

TAKEN = ("error", "warning")


def write(options: Options) -> str:
    """Take all present findings from warning on as known; returns what was done, in a sentence."""
    path, found = _findings(options)
    kept = [one for one in found if one.severity in TAKEN]
    written = baseline.write(path, kept, options.lint.folder)
    return f"{path}: {len(written.lines)} findings are known now"


def prune(options: Options) -> str:
    """Drop the lines that match no finding any more; returns what was done, in a sentence."""
    path, found = _findings(options)
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


def _findings(options: Options) -> tuple[str, tuple[Finding, ...]]:
    """Of all captures and all rules: what a narrower run does not see is not gone."""
    lint = replace(options.lint, baseline=None, select=DEFAULT_SELECT, ignore=(), min_severity="info")
    return _path(options), pipeline.check([], replace(options, lint=lint)).findings
