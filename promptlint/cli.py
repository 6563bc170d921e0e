"""The commands: parse, call the pipeline, exit code. No logic, and nothing heavy before a command runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from promptlint import __version__
from promptlint.arguments import KeyValue, OutputFile, template_arguments
from promptlint.engine import ENGINES

if TYPE_CHECKING:
    from promptlint.config import Settings
    from promptlint.report import View

FAIL_ON = ("error", "warning", "info", "never")
FORMATS = ("text", "concise", "json")
PROMPT_FORMATS = ("text", "json")
FROM_COMMAND_LINE = ("model", "template", "online", "require-exact", "fail-on")
Command = Callable[..., Any]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="promptlint", message="%(prog)s %(version)s")
def main() -> None:
    """The exact common token prefix of two LLM requests, where it ends, and why."""


def model_options(command: Command) -> Command:
    """The options that say which tokenizer, template and engine a request meets."""
    options = (
        click.option("--model", metavar="REF", help="A folder, a .gguf file, ORG/NAME[@REVISION], or builtin."),
        click.option(
            "--engine",
            "engines",
            type=click.Choice(ENGINES),
            multiple=True,
            metavar="NAME",
            help="Who serves it: vllm (the default), sglang, llama.cpp, transformers, or a hosted API such as openai. "
            "Of several the first one decides.",
        ),
        click.option("--template", metavar="FILE", help="A chat template instead of the model's own."),
        click.option(
            "--template-arg", type=KeyValue(), multiple=True, help="A variable for the template; V may be JSON."
        ),
        click.option(
            "--offline/--online", "offline", default=None, help="Whether the Hub may be asked. Default: offline."
        ),
        click.option("--config", metavar="FILE", help="The config, instead of the nearest promptlint.yaml."),
        click.option(
            "--require-exact", is_flag=True, default=None, help="Fail where the tokenizer is an approximation."
        ),
        click.option("--quiet", "detail", flag_value="quiet", help="Only the verdict and the findings."),
        click.option("--verbose", "detail", flag_value="verbose", help="All differences."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def output_options(formats: tuple[str, ...]) -> Callable[[Command], Command]:
    """Where the output goes, and in which format."""

    def decorate(command: Command) -> Command:
        command = click.option(
            "--output", type=OutputFile(formats), multiple=True, help="Also write to a file; can be repeated."
        )(command)
        return click.option("--format", "format_", type=click.Choice(formats), default="text", show_default=True)(
            command
        )

    return decorate


@main.command()
@click.argument("before")
@click.argument("after")
@model_options
@click.option(
    "--fail-on", type=click.Choice(FAIL_ON), help="The least severity that makes the exit code 1.  [default: error]"
)
@output_options(FORMATS)
@click.pass_context
def diff(context: click.Context, /, before: str, after: str, **given: Any) -> None:
    """Find the common token prefix of two requests, and where it ends.

    BEFORE and AFTER are files, FILE#N for the N-th request of a file, or - for standard input.
    """
    if before == after == "-":
        raise click.UsageError("standard input can be read once only")
    prestart()
    from promptlint import config, pipeline, report

    settings = _settings(given)
    found = pipeline.diff(before, after, config.options(settings))
    _emit(lambda name, stream, view: report.write(name, found, stream, view), given)
    context.exit(config.exit_code(settings, found))


@main.command()
@click.argument("file")
@click.option("--request", type=int, metavar="N", help="Which request of the file; 0 is the first, -1 the last.")
@click.option("--tokens", is_flag=True, help="Ids and pieces, one line a token.")
@model_options
@output_options(PROMPT_FORMATS)
def render(file: str, request: int | None, tokens: bool, **given: Any) -> None:
    """Show the prompt of a request, as its engine would build it.

    FILE is a capture, FILE#N its N-th request, or - standard input.
    """
    prestart()
    from promptlint import config, pipeline, terminal
    from promptlint.report import prompt

    rendered = pipeline.render(file, request, config.options(_settings(given)), pieces=tokens)
    _emit(lambda name, stream, view: prompt.FORMATS[name](rendered, stream, view), given)
    if given["detail"] != "quiet":
        lines = prompt.summary_lines(rendered, _view(sys.stderr, given["detail"]))
        terminal.print_to(sys.stderr, "".join(f"{line}\n" for line in lines))


@main.command()
@click.argument("model", metavar="ORG/NAME[@REVISION]")
def fetch(model: str) -> None:
    """Download the tokenizer files of a Hub model into the Hub cache."""
    from promptlint import terminal
    from promptlint.tokens import hub

    name, _, revision = model.partition("@")
    terminal.print_to(sys.stdout, f"{terminal.safe(str(hub.fetch(name, revision or None)))}\n")


def prestart() -> None:
    """Let the model's process import what it needs while this one does the same."""
    from promptlint.sandbox import process

    process.prestart()


def _settings(given: dict[str, Any]) -> Settings:
    from promptlint import config

    command_line = {name: given.get(name.replace("-", "_")) for name in FROM_COMMAND_LINE}
    command_line["engine"] = next(iter(given["engines"]), None)
    command_line["online"] = None if given["offline"] is None else not given["offline"]
    command_line["template-arg"] = template_arguments(given["template_arg"])
    return config.settings(command_line, given["config"])


def _emit(write: Callable[[str, Any, View], None], given: dict[str, Any]) -> None:
    """Standard output and every --output. The files first: a reader that goes away must not cost them."""
    from io import StringIO

    from promptlint import terminal
    from promptlint.report import View

    for name, path in given["output"]:
        with terminal.created(path) as file:
            write(name, file, View(detail=given["detail"] or "normal"))
    buffer = StringIO()
    write(given["format_"], buffer, _view(sys.stdout, given["detail"]))
    terminal.print_to(sys.stdout, buffer.getvalue())


def _view(stream: Any, detail: Any) -> View:
    from promptlint import terminal
    from promptlint.report import View

    return View(terminal.look_at(stream), detail or "normal")
