"""`promptlint baseline`: what is known and does not fail."""

from __future__ import annotations

from typing import Any

import click

from promptlint.commands.given import options_of, prestart, settings_of
from promptlint.commands.options import model_options
from promptlint.commands.output import say


@click.group()
def baseline() -> None:
    """Keep findings that are known, so that only new ones fail."""


@baseline.command("write")
@click.option("--baseline", metavar="FILE", help="Instead of .promptlint-baseline.jsonl beside the config.")
@model_options
def baseline_write(baseline: str | None, **given: Any) -> None:
    """Take all present findings of warning level and above into the baseline."""
    prestart(given)
    from promptlint import baselines

    say(baselines.write(options_of(settings_of({**given, "baseline": baseline}), given)))


@baseline.command("prune")
@click.option("--baseline", metavar="FILE", help="Instead of .promptlint-baseline.jsonl beside the config.")
@model_options
def baseline_prune(baseline: str | None, **given: Any) -> None:
    """Drop what is no longer found from the baseline."""
    prestart(given)
    from promptlint import baselines

    say(baselines.prune(options_of(settings_of({**given, "baseline": baseline}), given)))


@baseline.command("show")
@click.option("--config", metavar="FILE", help="The config, instead of the nearest promptlint.yaml.")
@click.option("--baseline", metavar="FILE", help="Instead of the config's.")
def baseline_show(config: str | None, baseline: str | None) -> None:
    """List what the baseline holds, by file and rule."""
    from promptlint import baselines
    from promptlint import config as configuration

    say(baselines.show(configuration.options(configuration.settings({"baseline": baseline}, config))))
