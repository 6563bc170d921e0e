"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from promptlint.commands.arguments import DashedKeyValue, KeyValue, NumberOrName, OutputFile, different_files
from promptlint.commands.completions import files, rules
from promptlint.engine import ENGINES
from promptlint.usual import MOST_JOBS, SEVERITIES

Command = Callable[..., Any]
REPORT_FORMATS = ("text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown", "html")
PROMPT_FORMATS = ("text", "json")
FAIL_ON = ("error", "warning", "info", "never")


def model_options(command: Command) -> Command:
    """The options that say which tokenizer, template and engine a request meets."""
    options = (
        click.option(
            "--model",
            "references",
            multiple=True,
            metavar="REF",
            shell_complete=files,
            help="A folder, a .gguf file, ORG/NAME[@REVISION], builtin, or http://HOST:PORT of a running server. "
            "Of several, diff compares all.",
        ),
        click.option(
            "--engine",
            "engines",
            type=click.Choice(ENGINES),
            multiple=True,
            metavar="NAME",
            help="Who serves it: vllm (the default), sglang, llama.cpp, transformers, or a hosted API such as openai. "
            "Of several the first one decides.",
        ),
        click.option(
            "--engine-option",
            type=DashedKeyValue(),
            multiple=True,
            help="What is known of the server: slots=N, the number of slots of llama.cpp.",
        ),
        click.option(
            "--template", metavar="FILE", shell_complete=files, help="A chat template instead of the model's own."
        ),
        click.option(
            "--template-arg", type=KeyValue(), multiple=True, help="A variable for the template; V may be JSON."
        ),
        click.option(
            "--offline/--online", "offline", default=None, help="Whether the Hub may be asked. Default: offline."
        ),
        click.option(
            "--config", metavar="FILE", shell_complete=files, help="The config, instead of the nearest promptlint.yaml."
        ),
        click.option(
            "--require-exact", is_flag=True, default=None, help="Fail where the tokenizer is an approximation."
        ),
        click.option("--no-cache", "no_cache", is_flag=True, help="Count every token anew, and keep nothing on disk."),
        click.option(
            "--jobs",
            type=click.IntRange(1, MOST_JOBS),
            metavar="N",
            help="How many pairs are compared at once.  [default: one more than there are processors, at most 8]",
        ),
        click.option("--quiet", "detail", flag_value="quiet", help="Only the verdict and the findings."),
        click.option("--verbose", "detail", flag_value="verbose", help="All differences."),
    )
    return _decorated(command, options)


def lint_options(command: Command) -> Command:
    """The options that say which rules run, and what their findings do."""
    options = (
        click.option(
            "--select",
            multiple=True,
            metavar="RULE",
            shell_complete=rules,
            help="Only these rules: names, codes, or prefixes of codes.",
        ),
        click.option("--ignore", multiple=True, metavar="RULE", shell_complete=rules, help="Not these rules."),
        click.option("--extend-select", multiple=True, metavar="RULE", shell_complete=rules, help="These rules too."),
        click.option("--allow-code", is_flag=True, default=None, help="Run the Python rules of the config's folders."),
        click.option("--min-severity", type=click.Choice(SEVERITIES), help="Show nothing below.  [default: info]"),
        click.option(
            "--fail-on",
            type=click.Choice(FAIL_ON),
            help="The least severity that makes the exit code 1.  [default: error]",
        ),
        click.option(
            "--baseline",
            metavar="FILE",
            shell_complete=files,
            help="Findings that are known: .promptlint-baseline.jsonl.",
        ),
        click.option("--no-baseline", is_flag=True, default=None, help="Count the findings of the baseline too."),
        click.option("--today", metavar="DATE", help="The day that `until` of an ignore is held against."),
    )
    return _decorated(command, options)


def redact_option(command: Command) -> Command:
    """The option that says whether prompt text is shown."""
    return click.option(
        "--redact/--no-redact",
        default=None,
        help="Prompt text as a hash and a length, or as it is, in every format.  "
        "[default: redacted in sarif, github, gitlab, junit and markdown]",
    )(command)


def price_option(command: Command) -> Command:
    """The option that asks for seconds."""
    return click.option(
        "--prefill-rate",
        type=NumberOrName(),
        help="Say what lost tokens cost in seconds: tokens per second, or the name of a setup that was measured.",
    )(command)


def output_options(formats: tuple[str, ...]) -> Callable[[Command], Command]:
    """Where the output goes, and in which format."""

    def decorate(command: Command) -> Command:
        command = click.option(
            "--output",
            type=OutputFile(formats),
            multiple=True,
            callback=different_files,
            help="Also write to a file, or to - (standard output); can be repeated.",
        )(command)
        return click.option("--format", "format_", type=click.Choice(formats), default="text", show_default=True)(
            command
        )

    return decorate


def _decorated(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
