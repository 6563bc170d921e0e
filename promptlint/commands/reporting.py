"""From a report to its outputs and the exit code; or straight from those of the last run that rested on the same."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from promptlint.commands.given import cache_of, options_of, prestart, settings_of
from promptlint.commands.output import deliver, refuse_inputs, texts

if TYPE_CHECKING:
    import click

    from promptlint.basis import Run
    from promptlint.config import Settings
    from promptlint.disk_cache.reports import Said
    from promptlint.model import Report
    from promptlint.options import Options
    from promptlint.report import View


def reported(
    context: click.Context, paths: Sequence[str], given: dict[str, Any], found: Callable[[Options], Report | None]
) -> None:
    """Write the report that `found` gives, None where there is nothing to say, and end with its exit code."""
    from promptlint.disk_cache.reports import KeptReports

    kept = KeptReports(cache_of(given))
    may_be_known = not kept.is_empty
    if not may_be_known:
        prestart(given)  # before anything else is imported
    from promptlint.basis import basis_of
    from promptlint.sandbox.process import was_any_stopped

    settings = settings_of(given)
    options = options_of(settings, given)
    run = _run(context, paths, given, settings, options)
    key = None if options.cache is None else basis_of(run)
    said = None if key is None else kept.get(key)
    if said is not None:
        deliver(said.outputs)
        context.exit(said.code)
    if may_be_known:
        prestart(given)
    report = found(options)
    if report is None:
        return
    said = _said(report, settings, given)
    deliver(said.outputs)
    if key is not None and not was_any_stopped() and basis_of(run) == key:  # nothing has changed under our hands
        kept.put(key, said)
    context.exit(said.code)


def _run(
    context: click.Context, paths: Sequence[str], given: dict[str, Any], settings: Settings, options: Options
) -> Run:
    from promptlint import hyperlink, terminal
    from promptlint.basis import Run

    looked_at = terminal.look_at(sys.stdout)
    linked = hyperlink.file_url(__file__) if looked_at.links else None  # with the name of the host
    return Run(str(context.info_name), paths, given, settings, options, f"{looked_at} {linked}")


def _said(found: Report, settings: Settings, given: dict[str, Any]) -> Said:
    from dataclasses import replace

    from promptlint import config, report
    from promptlint.disk_cache.reports import Said

    refuse_inputs([path for _, path in given["output"]], [one.path for one in found.inputs])
    shown = config.shown(settings, found)
    redact, failing = config.redacted_formats(settings, report.REDACTED), config.failing(settings)
    hidden = config.hidden(settings, found)

    def write(name: str, stream: Any, view: View) -> None:
        seen = replace(view, redact=redact, failing=failing, hidden=hidden)
        report.write(name, shown, stream, seen)

    return Said(texts(write, given), config.exit_code(settings, found))
