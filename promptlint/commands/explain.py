"""What promptlint knows: `formats`, `rule`, and `rules test`."""

from __future__ import annotations

import sys

import click

from promptlint.commands import completions
from promptlint.commands.given import prestart
from promptlint.commands.options import PROMPT_FORMATS


@click.command()
@click.option("--format", "format_", type=click.Choice(PROMPT_FORMATS), default="text", show_default=True)
def formats(format_: str) -> None:
    """List the capture formats, and what each one keeps."""
    from promptlint import terminal
    from promptlint.report import format_list

    if format_ == "json":
        terminal.print_to(sys.stdout, format_list.as_json())
    else:
        lines = format_list.lines(terminal.look_at(sys.stdout))
        terminal.print_to(sys.stdout, "".join(f"{line}\n" for line in lines))


@click.command()
@click.argument("name", required=False, shell_complete=completions.rules)
@click.option("--config", metavar="FILE", help="The config, instead of the nearest promptlint.yaml.")
@click.option("--allow-code", is_flag=True, default=None, help="Read the Python rules of the config's folders too.")
def rule(name: str | None, config: str | None, allow_code: bool | None) -> None:
    """Explain a rule by its NAME or code, or list all rules."""
    from promptlint import config as configuration
    from promptlint import terminal
    from promptlint.lint import explain

    settings = configuration.settings({"allow-code": allow_code}, config)
    folders, code = settings["rules"].value, settings["allow-code"].value
    lines = explain.lines(name, terminal.look_at(sys.stdout), folders, allow_code=code)
    terminal.print_to(sys.stdout, terminal.harmless("".join(f"{line}\n" for line in lines)))


@click.group()
def rules() -> None:
    """Work on rules."""


@rules.command("test")
@click.argument("folder", required=False, metavar="[DIR]")
@click.option("--allow-code", is_flag=True, help="Run the Python rules of DIR.")
@click.pass_context
def rules_test(context: click.Context, /, folder: str | None, allow_code: bool) -> None:
    """Run the cases that rule files carry: those of DIR, or of the bundled rules."""
    prestart({})
    from promptlint import terminal
    from promptlint.testing import run_rule_cases

    done = run_rule_cases(folder, allow_code=allow_code)
    terminal.print_to(sys.stdout, terminal.harmless("".join(f"{terminal.safe(line)}\n" for line in done.lines())))
    context.exit(int(bool(done.problems)))
