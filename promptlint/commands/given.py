"""What the command line says, as settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptlint.commands.arguments import template_arguments

if TYPE_CHECKING:
    from pathlib import Path

    from promptlint.config import Settings
    from promptlint.file_state import Seen
    from promptlint.options import Options
    from promptlint.sandbox.opened_process import Opening

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


def prestart(given: dict[str, Any]) -> Seen | None:
    """Let the model's processes get ready while this one imports what it needs itself.

    The vocabulary takes longest: it is read at once where it is sure to be needed. Then the model's files as they were.
    """
    from promptlint import file_state
    from promptlint.sandbox import process

    seen = None
    if _needs_vocabulary(given):
        process.prestart("vocabulary")  # it gets ready while its model is looked for
        model = _model(given["references"][0])
        if model is not None:
            seen = file_state.seen(model[1])
            process.begin("vocabulary", *model)
    process.prestart("templates")
    return seen


def _needs_vocabulary(given: dict[str, Any]) -> bool:
    """Was one model named, and is no count of any on the disk."""
    from promptlint.disk_cache.folder import knows_no_tokenizer

    references = given.get("references", ())
    if len(references) != 1 or given["template"] or "://" in references[0]:
        return False
    folder = cache_of(given)
    return folder is None or knows_no_tokenizer(folder)


def _model(reference: str) -> Opening | None:
    from promptlint.errors import ModelError
    from promptlint.tokens.reference import resolve

    try:
        source = resolve(reference, online=False)
    except ModelError:  # it is told in its place
        return None
    return (source.kind, source.path, None) if source.kind in ("builtin", "folder") else None


def cache_of(given: dict[str, Any]) -> Path | None:
    """The folder of the disk cache; None where nothing is to be read from there or kept."""
    from promptlint.disk_cache.folder import cache_folder

    return None if given["no_cache"] else cache_folder()


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

    options = replace(config.options(settings), cache=cache_of(given))
    return options if given["jobs"] is None else replace(options, jobs=given["jobs"])
