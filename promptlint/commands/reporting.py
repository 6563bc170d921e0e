"""From a report to its outputs and the exit code; or straight from those of the last run that rested on the same."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from promptlint.commands.given import cache_of, options_of, prestart, settings_of
from promptlint.commands.output import deliver, refuse_inputs, texts

if TYPE_CHECKING:
    import click

    from promptlint.basis import Command, Run
    from promptlint.commands.output import Output
    from promptlint.model import Report
    from promptlint.options import Options
    from promptlint.report import View


def reported(
    context: click.Context,
    command: Command,
    paths: Sequence[str],
    given: dict[str, Any],
    found: Callable[[Options], Report | None],
) -> None:
    """Write the report that `found` gives, None where there is nothing to say, and end with its exit code."""
    from promptlint.disk_cache.reports import KeptReports, Said

    kept = KeptReports(cache_of(given))
    may_be_known = not kept.is_empty
    begun = None if may_be_known else prestart(given)  # before anything else is imported
    from promptlint import basis, config, terminal
    from promptlint.sandbox.process import was_any_stopped

    settings = settings_of(given)
    options = options_of(settings, given)
    run = basis.Run(command, paths, given, settings, options, terminal.look_at(sys.stdout), begun)
    rests_on = None if options.cache is None else basis.basis_of(run)
    known = None if rests_on is None else kept.get(rests_on.key)
    if known is not None:
        deliver(known.outputs)
        context.exit(known.code)
    if may_be_known:
        prestart(given)
    report = found(options)
    if report is None:
        return
    code = config.exit_code(settings, report)
    outputs = deliver(_texts(report, run))
    if rests_on is not None and not was_any_stopped() and basis.still_holds(run, rests_on):
        kept.put(rests_on.key, Said(outputs, code))
    context.exit(code)


def _texts(found: Report, run: Run) -> Iterator[Output]:
    from dataclasses import replace

    from promptlint import config, report

    given, settings = run.given, run.settings
    refuse_inputs([path for _, path in given["output"]], [one.path for one in found.inputs])
    shown = config.shown(settings, found)
    redact, failing = config.redacted_formats(settings, report.REDACTED), config.failing(settings)
    hidden = config.hidden(settings, found)

    def write(name: str, stream: Any, view: View) -> None:
        seen = replace(view, redact=redact, failing=failing, hidden=hidden)
        report.write(name, shown, stream, seen)

    return texts(write, given, run.terminal)
