"""`promptlint init`: a first config."""

from __future__ import annotations

import click

from promptlint.commands.output import say


@click.command()
@click.argument("folder", default=".", metavar="[DIR]")
@click.option("--force", is_flag=True, help="Replace a promptlint.yaml that is there.")
def init(folder: str, force: bool) -> None:
    """Write a starting promptlint.yaml for the captures in DIR."""
    from promptlint import starting_config

    say(starting_config.write(folder, replace=force))
