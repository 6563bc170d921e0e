"""What a run was told, and by whom: find the config, check it, and lay the command line over it."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from promptlint import config_file
from promptlint.config_file import ConfigFile
from promptlint.engine import ENGINES
from promptlint.errors import ConfigError
from promptlint.model import Report, Severity
from promptlint.options import DEFAULT_MAX_LOST_TOKENS, Options, Verdict

NAMES = ("promptlint.yaml", "pyproject.toml")  # the first one found in a folder counts
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")
FAIL_ON = ("error", "warning", "info", "never")
MAX_LOST_TOKENS = "options.prefix-too-short.max-lost-tokens"
DEFAULTS: Mapping[str, Any] = {
    "model": None,
    "models": {},
    "engine": None,
    "fail-on": "error",
    MAX_LOST_TOKENS: DEFAULT_MAX_LOST_TOKENS,
    "template": None,
    "template-arg": {},
    "online": False,
    "require-exact": False,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and who gave it: `promptlint.yaml:3`, `--model` or `default`."""

    value: Any
    origin: str


Settings = Mapping[str, Setting]


def settings(command_line: Mapping[str, Any], path: str | None = None, folder: Path | None = None) -> Settings:
    """Every setting of a run: the command line over the config over the defaults. None on the command line: not given.

    `path` is the config to read, instead of the nearest one from `folder` (the working folder) upward.
    """
    given = {name: Setting(value, f"--{name}") for name, value in command_line.items() if value is not None}
    file = _named(path) if path is not None else nearest(folder or _working_folder())
    online = bool(command_line.get("online"))
    from_file = dict(checked(file, online=online)) if file is not None else {}
    if "model" in given:
        from_file = {name: setting for name, setting in from_file.items() if name not in ("model", "models")}
    defaults = {name: Setting(value, "default") for name, value in DEFAULTS.items()}
    return defaults | from_file | given


def options(merged: Settings) -> Options:
    """What the pipeline is asked to do."""
    return Options(
        model=merged["model"].value,
        models=merged["models"].value,
        engine=merged["engine"].value,
        template=merged["template"].value,
        template_arguments=merged["template-arg"].value,
        online=merged["online"].value,
        require_exact=merged["require-exact"].value,
        max_lost_tokens=merged[MAX_LOST_TOKENS].value,
    )


def verdict(merged: Settings) -> Verdict:
    """Which findings make the run fail."""
    fail_on = merged["fail-on"].value
    return Verdict(fail_on=None if fail_on == "never" else fail_on)


def exit_code(merged: Settings, report: Report) -> int:
    """1 where a finding is at least as severe as --fail-on asks for, else 0."""
    least = verdict(merged).fail_on
    if least is None:
        return 0
    failing = SEVERITIES[SEVERITIES.index(least) :]
    return int(any(finding.severity in failing for finding in report.findings))


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise ConfigError(f"the working folder cannot be seen: {error.strerror}", hint="run it elsewhere") from None


def nearest(folder: Path) -> ConfigFile | None:
    """The nearest config from `folder` upward. The repository's root is the last folder that is looked at."""
    for here in (folder, *folder.parents):
        for path in (here / name for name in NAMES):
            found = config_file.read(_shown(path)) if _is_file(path) else None
            if found is not None:
                return found
        if (here / ".git").exists():
            break
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder above that we may not look into holds no config of ours
        return False


def _named(path: str) -> ConfigFile:
    found = config_file.read(Path(path))
    if found is None:
        raise ConfigError("it has no [tool.promptlint] table", where=path)
    return found


def _shown(path: Path) -> Path:
    """As the user would name it: relative to the working folder, so that output is the same on every machine."""
    try:
        return Path(os.path.relpath(path))
    except ValueError:  # another drive
        return path


def checked(file: ConfigFile, *, online: bool) -> Settings:
    """The settings of a config; raises ConfigError for what is unknown or of a wrong type."""
    _refuse_unknown(file, file.values, KEYS, ())
    found: dict[str, Setting] = {}
    for name, value in _flat(file.values):
        keys = tuple(name.split("."))
        found[name] = Setting(CHECKS[name](Check(file, keys, online), value), file.where(*keys))
    if "model" in found and "models" in found:
        raise ConfigError("model and models exclude each other", where=found["models"].origin)
    return found


@dataclass(frozen=True, slots=True)
class Check:
    """Where a value stands while it is checked."""

    file: ConfigFile
    keys: tuple[str, ...]
    online: bool

    def wrong(self, message: str, hint: str | None = None) -> ConfigError:
        return ConfigError(f"{'.'.join(self.keys)} {message}", where=self.file.where(*self.keys), hint=hint)


def _reference(check: Check, value: Any) -> str:
    """A model reference. A config comes with a pull request: by itself it must not make anything call a server."""
    if not isinstance(value, str) or not value:
        raise check.wrong(f"must be a model reference, not {_kind(value)}")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://|[\\/]{2}", value) and not (check.online and value.startswith("http")):
        raise check.wrong("names a server", hint="give it with --model, or allow it with --online")
    return _relative(check.file.path.parent, value)


def _relative(folder: Path, reference: str) -> str:
    """A path of the config leads on from the config's folder; builtin and names of the Hub stay what they are."""
    if reference == "builtin" or "://" in reference or Path(reference).is_absolute():
        return reference
    try:
        is_path = reference.startswith(".") or reference.endswith(".gguf") or (folder / reference).exists()
    except OSError:  # longer than a name can be
        return reference
    return str(_shown(folder / reference)) if is_path else reference


def _references(check: Check, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise check.wrong(f"must map patterns to model references, not {_kind(value)}")
    return {
        pattern: _reference(Check(check.file, (*check.keys, pattern), check.online), reference)
        for pattern, reference in value.items()
    }


def _one_of(names: Iterable[str]) -> Callable[[Check, Any], str]:
    allowed = tuple(names)

    def check(check: Check, value: Any) -> str:
        if value not in allowed:
            shown = repr(value) if isinstance(value, str) else _kind(value)
            raise check.wrong(f"cannot be {shown}", hint=_nearest_of(value, allowed))
        return str(value)

    return check


def _count(check: Check, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise check.wrong(f"must be a number from 0, not {value if isinstance(value, int) else _kind(value)}")
    return value


CHECKS: Mapping[str, Callable[[Check, Any], Any]] = {
    "model": _reference,
    "models": _references,
    "engine": _one_of(ENGINES),
    "fail-on": _one_of(FAIL_ON),
    MAX_LOST_TOKENS: _count,
}
KEYS: Mapping[str, Any] = {
    "model": None,
    "models": None,
    "engine": None,
    "fail-on": None,
    "options": {"prefix-too-short": {"max-lost-tokens": None}},
}


def _refuse_unknown(
    file: ConfigFile, values: Mapping[str, Any], known: Mapping[str, Any], keys: tuple[str, ...]
) -> None:
    for name, value in values.items():
        here = (*keys, name)
        if name not in known:
            raise ConfigError(
                f"unknown key {'.'.join(here)!r}", where=file.where(*here), hint=_nearest_of(name, tuple(known))
            )
        if known[name] is not None:
            if not isinstance(value, dict):
                raise ConfigError(f"{'.'.join(here)} must be a mapping, not {_kind(value)}", where=file.where(*here))
            _refuse_unknown(file, value, known[name], here)


def _flat(values: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """The values by their dotted names, as CHECKS has them."""
    for name, value in values.items():
        if name != "options":
            yield name, value
        for rule, rule_options in value.items() if name == "options" else ():
            yield from ((f"options.{rule}.{option}", setting) for option, setting in rule_options.items())


def _nearest_of(value: Any, allowed: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(str(value), allowed, n=1)
    return f"did you mean {close[0]!r}?" if close else f"one of {', '.join(allowed)}"


KINDS: Mapping[type, Literal["nothing", "true or false", "a number", "a text", "a list", "a mapping"]] = {
    type(None): "nothing",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a mapping",
}


def _kind(value: Any) -> str:
    return KINDS.get(type(value), "a date")
