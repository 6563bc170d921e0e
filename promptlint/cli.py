"""The command line: all commands, and nothing heavy before one of them runs."""

from __future__ import annotations

import click

from promptlint import __version__
from promptlint.commands.baseline import baseline
from promptlint.commands.cache import cache
from promptlint.commands.compare import check, diff
from promptlint.commands.explain import formats, rule, rules
from promptlint.commands.model import fetch, render, template, verify
from promptlint.commands.record import record
from promptlint.commands.setup import completion, config_, init, schema

COMMANDS = (
    diff,
    check,
    render,
    verify,
    template,
    fetch,
    record,
    formats,
    rule,
    rules,
    baseline,
    cache,
    init,
    config_,
    schema,
    completion,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="promptlint", message="%(prog)s %(version)s")
def main() -> None:
    """The exact common token prefix of LLM requests, where it ends, and the rules that keep it."""


for command in COMMANDS:
    main.add_command(command)
