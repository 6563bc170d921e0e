"""What promptlint is told, and what tells others of it: `init`, `config`, `schema`, `completion`."""

from __future__ import annotations

import sys
from typing import Any

import click

from promptlint.commands.given import settings_of
from promptlint.commands.options import PROMPT_FORMATS, lint_options, model_options, price_option, redact_option
from promptlint.commands.output import say

SCHEMAS = ("report", "config", "rule")
SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("folder", default=".", metavar="[DIR]")
@click.option("--force", is_flag=True, help="Replace a promptlint.yaml that is there.")
def init(folder: str, force: bool) -> None:
    """Write a starting promptlint.yaml for the captures in DIR."""
    from promptlint import starting_config

    say(starting_config.write(folder, replace=force))


@click.command("config")
@model_options
@lint_options
@price_option
@redact_option
@click.option("--format", "format_", type=click.Choice(PROMPT_FORMATS), default="text", show_default=True)
def config_(format_: str, **given: Any) -> None:
    """Show every setting, and where it comes from.

    Takes the options of `check`, to see what they would change.
    """
    from promptlint import terminal
    from promptlint.report import settings_list

    settings = settings_of(given)
    if format_ == "json":
        terminal.print_to(sys.stdout, settings_list.as_json(settings))
    else:
        lines = settings_list.lines(settings, terminal.look_at(sys.stdout))
        terminal.print_to(sys.stdout, terminal.harmless("".join(f"{line}\n" for line in lines)))


@click.command()
@click.argument("name", type=click.Choice(SCHEMAS))
def schema(name: str) -> None:
    """Print the JSON Schema of report, config or rule.

    An editor that knows the schema of promptlint.yaml completes its keys and marks its mistakes.
    """
    from importlib import resources

    from promptlint import terminal

    path = resources.files("promptlint").joinpath("schemas", f"{name}.json")
    terminal.print_to(sys.stdout, path.read_text(encoding="utf-8"))


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, /, shell: str) -> None:
    """Print the completion of a SHELL: commands, options, rules.

    For bash: eval "$(promptlint completion bash)" in ~/.bashrc; the same for zsh in ~/.zshrc. For fish:
    promptlint completion fish > ~/.config/fish/completions/promptlint.fish
    """
    from click.shell_completion import get_completion_class

    from promptlint import terminal

    made_by = get_completion_class(shell)
    assert made_by is not None, "click knows all of SHELLS"
    found = made_by(context.find_root().command, {}, "promptlint", "_PROMPTLINT_COMPLETE")
    terminal.print_to(sys.stdout, found.source())
