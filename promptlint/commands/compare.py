"""The two that report: `diff` and `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from promptlint.commands.completions import files
from promptlint.commands.options import (
    REPORT_FORMATS,
    lint_options,
    model_options,
    output_options,
    price_option,
    redact_option,
)
from promptlint.commands.output import progress
from promptlint.commands.reporting import reported

if TYPE_CHECKING:
    from promptlint.model import Report
    from promptlint.options import Options


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

    def found(options: Options) -> Report:
        from dataclasses import replace

        from promptlint import pipeline

        return pipeline.diff(before, after, replace(options, engines=given["engines"], references=given["references"]))

    reported(context, "diff", (before, after), given, found)


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

    def found(options: Options) -> Report | None:
        from promptlint import pipeline
        from promptlint.errors import NoRequestError

        watched = progress(given)
        try:
            return pipeline.check(paths, options, against, swept=swept, progress=watched)
        except NoRequestError:
            if not allow_empty:
                raise
            return None if given["format_"] == "text" and not given["output"] else pipeline.NOTHING

    reported(context, "check", paths, {**given, "against": against, "swept": swept, "allow_empty": allow_empty}, found)
