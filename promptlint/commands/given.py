"""What the command line says, as settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptlint.commands.arguments import template_arguments

if TYPE_CHECKING:
    from promptlint.config import Settings
    from promptlint.options import Options

FROM_COMMAND_LINE = (
    "allow-code",
    "baseline",
    "extend-select",
    "fail-on",
    "ignore",
    "min-severity",
    "no-baseline",
    "prefill-rate",
    "redact",
    "require-exact",
    "select",
    "template",
    "today",
)


def prestart() -> None:
    """Let the model's process import what it needs while this one does the same."""
    from promptlint.sandbox import process

    process.prestart()


def settings_of(given: dict[str, Any]) -> Settings:
    """Every setting of a command that takes the options of a model."""
    from promptlint import config

    command_line = {name: given.get(name.replace("-", "_")) for name in FROM_COMMAND_LINE}
    command_line["engine"] = next(iter(given["engines"]), None)
    command_line["model"] = next(iter(given["references"]), None)
    command_line["online"] = None if given["offline"] is None else not given["offline"]
    command_line["template-arg"] = template_arguments(given["template_arg"])
    command_line["engine-options"] = dict(given["engine_option"]) or None
    return config.settings(command_line, given["config"])


def options_of(settings: Settings, given: dict[str, Any]) -> Options:
    """What a run is asked to do, and what of this machine it may use."""
    from dataclasses import replace

    from promptlint import config
    from promptlint.disk_cache.folder import cache_folder

    options = replace(config.options(settings), cache=None if given["no_cache"] else cache_folder())
    return options if given["jobs"] is None else replace(options, jobs=given["jobs"])
