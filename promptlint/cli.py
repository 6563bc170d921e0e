"""The commands: parse, call the pipeline, exit code. No logic, and nothing heavy before a command runs."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from promptlint import __version__
from promptlint.arguments import template_arguments
from promptlint.cli_options import lint_options, model_options, output_options, price_option
from promptlint.cli_output import emit, progress, say, view

if TYPE_CHECKING:
    from promptlint.config import Settings
    from promptlint.model import Report

FORMATS = ("text", "concise", "json")
PROMPT_FORMATS = ("text", "json")
FROM_COMMAND_LINE = (
    "allow-code",
    "baseline",
    "extend-select",
    "fail-on",
    "ignore",
    "min-severity",
    "no-baseline",
    "prefill-rate",
    "require-exact",
    "select",
    "template",
    "today",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="promptlint", message="%(prog)s %(version)s")
def main() -> None:
    """The exact common token prefix of LLM requests, where it ends, and the rules that keep it."""


@main.command()
@click.argument("before")
@click.argument("after")
@model_options
@lint_options
@price_option
@output_options(FORMATS)
@click.pass_context
def diff(context: click.Context, /, before: str, after: str, **given: Any) -> None:
    """Find the common token prefix of two requests.

    BEFORE and AFTER are files, FILE#N for the N-th request of a file, REV:FILE for a file as of a git revision, or -
    for standard input. Two folders: files of the same name are pairs.
    """
    if before == after == "-":
        raise click.UsageError("standard input can be read once only")
    prestart()
    from promptlint import config, pipeline

    settings = _settings(given)
    options = replace(config.options(settings), engines=given["engines"], references=given["references"])
    _finish(context, pipeline.diff(before, after, options), settings, given)


@main.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--against", metavar="REV", help="Compare each request with itself as of a git revision.")
@click.option("--swept", is_flag=True, help="Pass over files that are no captures, also when named (for hooks).")
@click.option("--allow-empty", is_flag=True, help="Exit code 0, not 3, where no request is found.")
@click.option("--no-progress", is_flag=True, help="No progress bar, also on a terminal.")
@model_options
@lint_options
@price_option
@output_options(FORMATS)
@click.pass_context
def check(
    context: click.Context, /, paths: tuple[str, ...], against: str | None, swept: bool, allow_empty: bool, **given: Any
) -> None:
    """Lint captures, and compare the turns of their conversations.

    PATH is a capture or a folder. Without any: the captures that the config names, else the working folder.
    """
    prestart()
    from promptlint import config, pipeline
    from promptlint.errors import NoRequestError

    settings = _settings(given)
    try:
        watched = progress(given)
        found = pipeline.check(paths, config.options(settings), against, swept=swept, progress=watched)
    except NoRequestError:
        if not allow_empty:
            raise
        if given["format_"] == "text" and not given["output"]:
            return
        found = pipeline.NOTHING
    _finish(context, found, settings, given)


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
    emit(lambda name, stream, view: prompt.FORMATS[name](rendered, stream, view), given)
    if given["detail"] != "quiet":
        lines = prompt.summary_lines(rendered, view(sys.stderr, given["detail"]))
        terminal.print_to(sys.stderr, "".join(f"{line}\n" for line in lines))


@main.command()
@click.argument("before")
@click.argument("after")
@click.option("--local", metavar="REF", help="A model whose prompts are held against the server's own.")
@model_options
@output_options(PROMPT_FORMATS)
@click.pass_context
def verify(context: click.Context, /, before: str, after: str, local: str | None, **given: Any) -> None:
    """Compare what a server's cache gives back with the prediction.

    BEFORE and AFTER are sent to it, one after the other, as `diff` takes them.
    --model http://HOST:PORT names the server; each request has it write one token. Exit code 1 where they differ.
    """
    from promptlint import config, verification
    from promptlint.report import verification as report

    if len(given["references"]) > 1:
        raise click.UsageError("verify asks one server: give --model once")

    found = verification.verify(before, after, config.options(_settings(given)), local)
    emit(lambda name, stream, view: report.FORMATS[name](found, stream, view), given)
    context.exit(int(not found.agrees))


@main.command()
@click.argument("reference", required=False, metavar="[MODEL]")
@model_options
@output_options(PROMPT_FORMATS)
def template(reference: str | None, **given: Any) -> None:
    """Show what a chat template does to a growing conversation.

    MODEL is any reference of --model; --template FILE shows a template alone.
    """
    prestart()
    from promptlint import config
    from promptlint.report import card
    from promptlint.template_card.card import card_of

    options = config.options(_settings(given))
    found = card_of(reference or options.model, options)
    emit(lambda name, stream, view: card.FORMATS[name](found, stream, view), given)


@main.command()
@click.argument("model", metavar="ORG/NAME[@REVISION]")
def fetch(model: str) -> None:
    """Download the tokenizer files of a Hub model into the Hub cache."""
    from promptlint import terminal
    from promptlint.tokens import hub

    name, _, revision = model.partition("@")
    terminal.print_to(sys.stdout, f"{terminal.safe(str(hub.fetch(name, revision or None)))}\n")


@main.command()
@click.option("--format", "format_", type=click.Choice(PROMPT_FORMATS), default="text", show_default=True)
def formats(format_: str) -> None:
    """List the capture formats, and what of a request each one keeps."""
    from promptlint import terminal
    from promptlint.report import format_list

    if format_ == "json":
        terminal.print_to(sys.stdout, format_list.as_json())
    else:
        lines = format_list.lines(terminal.look_at(sys.stdout))
        terminal.print_to(sys.stdout, "".join(f"{line}\n" for line in lines))


@main.command()
@click.argument("name", required=False)
@click.option("--config", metavar="FILE", help="The config, instead of the nearest promptlint.yaml.")
@click.option("--allow-code", is_flag=True, default=None, help="Read the Python rules of the config's folders too.")
def rule(name: str | None, config: str | None, allow_code: bool | None) -> None:
    """Explain a rule by its NAME or code; without one, list all rules."""
    from promptlint import config as configuration
    from promptlint import terminal
    from promptlint.lint import explain

    settings = configuration.settings({"allow-code": allow_code}, config)
    lines = explain.lines(name, configuration.options(settings).lint, terminal.look_at(sys.stdout))
    terminal.print_to(sys.stdout, terminal.harmless("".join(f"{line}\n" for line in lines)))


@main.group()
def rules() -> None:
    """Work on rules."""


@rules.command("test")
@click.argument("folder", required=False, metavar="[DIR]")
@click.option("--allow-code", is_flag=True, help="Run the Python rules of DIR.")
@click.pass_context
def rules_test(context: click.Context, /, folder: str | None, allow_code: bool) -> None:
    """Run the cases that rule files carry: those of DIR, or of the bundled rules."""
    prestart()
    from promptlint import terminal
    from promptlint.testing import run_rule_cases

    done = run_rule_cases(folder, allow_code=allow_code)
    terminal.print_to(sys.stdout, terminal.harmless("".join(f"{terminal.safe(line)}\n" for line in done.lines())))
    context.exit(int(bool(done.problems)))


@main.group()
def baseline() -> None:
    """Keep findings that are known, so that only new ones fail."""


@baseline.command("write")
@click.option("--baseline", metavar="FILE", help="Instead of .promptlint-baseline.jsonl beside the config.")
@model_options
def baseline_write(baseline: str | None, **given: Any) -> None:
    """Take all present findings of warning level and above into the baseline."""
    prestart()
    from promptlint import baselines, config

    say(baselines.write(config.options(_settings({**given, "baseline": baseline}))))


@baseline.command("prune")
@click.option("--baseline", metavar="FILE", help="Instead of .promptlint-baseline.jsonl beside the config.")
@model_options
def baseline_prune(baseline: str | None, **given: Any) -> None:
    """Drop what is no longer found from the baseline."""
    prestart()
    from promptlint import baselines, config

    say(baselines.prune(config.options(_settings({**given, "baseline": baseline}))))


@baseline.command("show")
@click.option("--config", metavar="FILE", help="The config, instead of the nearest promptlint.yaml.")
@click.option("--baseline", metavar="FILE", help="Instead of the config's.")
def baseline_show(config: str | None, baseline: str | None) -> None:
    """List what the baseline holds, by file and rule."""
    from promptlint import baselines
    from promptlint import config as configuration

    say(baselines.show(configuration.options(configuration.settings({"baseline": baseline}, config))))


@main.command()
@click.argument("folder", default=".", metavar="[DIR]")
@click.option("--force", is_flag=True, help="Replace a promptlint.yaml that is there.")
def init(folder: str, force: bool) -> None:
    """Write a starting promptlint.yaml for the captures in DIR."""
    from promptlint import starting_config

    say(starting_config.write(folder, replace=force))


def prestart() -> None:
    """Let the model's process import what it needs while this one does the same."""
    from promptlint.sandbox import process

    process.prestart()


def _settings(given: dict[str, Any]) -> Settings:
    from promptlint import config

    command_line = {name: given.get(name.replace("-", "_")) for name in FROM_COMMAND_LINE}
    command_line["engine"] = next(iter(given["engines"]), None)
    command_line["model"] = next(iter(given["references"]), None)
    command_line["online"] = None if given["offline"] is None else not given["offline"]
    command_line["template-arg"] = template_arguments(given["template_arg"])
    command_line["engine-options"] = dict(given["engine_option"]) or None
    return config.settings(command_line, given["config"])


def _finish(context: click.Context, found: Report, settings: Settings, given: dict[str, Any]) -> None:
    from promptlint import config, report

    shown = config.shown(settings, found)
    emit(lambda name, stream, view: report.write(name, shown, stream, view), given)
    context.exit(config.exit_code(settings, found))
