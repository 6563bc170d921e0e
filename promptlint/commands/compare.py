"""The two that report: `diff` and `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from promptlint.commands.completions import files
from promptlint.commands.given import options_of, prestart, settings_of
from promptlint.commands.options import (
    REPORT_FORMATS,
    lint_options,
    model_options,
    output_options,
    price_option,
    redact_option,
)
from promptlint.commands.output import emit, progress, refuse_inputs

if TYPE_CHECKING:
    from promptlint.config import Settings
    from promptlint.model import Report
    from promptlint.report import View


@click.command()
@click.argument("before", shell_complete=files)
@click.argument("after", shell_complete=files)
@model_options
@lint_options
@price_option
@redact_option
@output_options(REPORT_FORMATS)
@click.pass_context
def diff(context: click.Context, /, before: str, after: str, **given: Any) -> None:
    """Find the common token prefix of two requests.

    BEFORE and AFTER are files, FILE#N for the N-th request of a file, REV:FILE for a file as of a git revision, or -
    for standard input. Two folders: files of the same name are pairs.
    """
    if before == after == "-":
        raise click.UsageError("standard input can be read once only")
    prestart(given)
    from dataclasses import replace

    from promptlint import pipeline

    settings = settings_of(given)
    options = replace(options_of(settings, given), engines=given["engines"], references=given["references"])
    _finish(context, pipeline.diff(before, after, options), settings, given)


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=files)
@click.option("--against", metavar="REV", help="Compare each request with itself as of a git revision.")
@click.option("--swept", is_flag=True, help="Pass over files that are no captures, also when named (for hooks).")
@click.option("--allow-empty", is_flag=True, help="Exit code 0, not 3, where no request is found.")
@click.option("--no-progress", is_flag=True, help="No progress bar, also on a terminal.")
@model_options
@lint_options
@price_option
@redact_option
@output_options(REPORT_FORMATS)
@click.pass_context
def check(
    context: click.Context, /, paths: tuple[str, ...], against: str | None, swept: bool, allow_empty: bool, **given: Any
) -> None:
    """Lint captures, and compare the turns of their conversations.

    PATH is a capture or a folder. Without any: the captures that the config names, else the working folder.
    """
    prestart(given)
    from promptlint import pipeline
    from promptlint.errors import NoRequestError

    settings = settings_of(given)
    try:
        watched = progress(given)
        found = pipeline.check(paths, options_of(settings, given), against, swept=swept, progress=watched)
    except NoRequestError:
        if not allow_empty:
            raise
        if given["format_"] == "text" and not given["output"]:
            return
        found = pipeline.NOTHING
    _finish(context, found, settings, given)


def _finish(context: click.Context, found: Report, settings: Settings, given: dict[str, Any]) -> None:
    from dataclasses import replace

    from promptlint import config, report

    refuse_inputs([path for _, path in given["output"]], [one.path for one in found.inputs])
    shown, code = config.shown(settings, found), config.exit_code(settings, found)
    redact, failing = config.redacted_formats(settings, report.REDACTED), config.failing(settings)
    hidden = config.hidden(settings, found)

    def write(name: str, stream: Any, view: View) -> None:
        seen = replace(view, redact=redact, failing=failing, hidden=hidden)
        report.write(name, shown, stream, seen)

    emit(write, given)
    context.exit(code)
