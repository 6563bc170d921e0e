"""What a run was told, and by whom: find the config, check it, and lay the command line over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptlint import config_checks, config_entries, config_file, config_prices
from promptlint.config_checks import Check, day, one_of, refuse_unknown, texts
from promptlint.config_entries import SELECTOR_KEYS, SELECTOR_LISTS, SEVERITIES, selector_origins
from promptlint.config_file import ConfigFile
from promptlint.engine import ENGINES
from promptlint.errors import ConfigError, UsageError
from promptlint.records import dataclass
from promptlint.usual import BASELINE, DEFAULT_SELECT

if TYPE_CHECKING:
    from promptlint.model import Report, Severity
    from promptlint.options import LintOptions, Options, Verdict

NAMES = ("promptlint.yaml", "pyproject.toml")  # the first one found in a folder counts
FAIL_ON = ("error", "warning", "info", "never")
REDACTABLE = ("text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown", "html")
FOLDER = "folder"  # a setting of our own: where the config stands, so that its globs can be held against paths
COMMAND_LINE_ONLY = ("allow-code", "no-baseline", "online", "today")
DEFAULTS: Mapping[str, Any] = {
    "model": None,
    "models": {},
    "engine": None,
    "engine-options": {},
    "providers": {},
    "prefill-rate": None,
    "captures": (),
    "sessions": (),
    "select": DEFAULT_SELECT,
    "ignore": (),
    "extend-select": (),
    "severity": {},
    "per-file-ignores": {},
    "rules": (),
    "options": {},
    "min-severity": "info",
    "fail-on": "error",
    "redact": None,
    "breaks": (),
    "ignores": (),
    "baseline": None,
    "no-baseline": False,
    "allow-code": False,
    "today": None,
    "template": None,
    "template-arg": {},
    "online": False,
    "require-exact": False,
    FOLDER: ".",
}
CHECKS: Mapping[str, Callable[[Check, Any], Any]] = {
    "model": config_entries.reference,
    "models": config_entries.references,
    "engine": one_of(ENGINES),
    "engine-options": config_entries.engine_options,
    "providers": config_entries.provider_facts,
    "prefill-rate": config_prices.prefill_rate,
    "captures": config_entries.captures,
    "sessions": config_entries.sessions,
    "select": texts,
    "ignore": texts,
    "extend-select": texts,
    "severity": config_entries.severities,
    "per-file-ignores": config_entries.per_file_ignores,
    "rules": config_entries.paths,
    "options": config_entries.rule_options,
    "min-severity": one_of(SEVERITIES),
    "fail-on": one_of(FAIL_ON),
    "redact": config_entries.some_of(REDACTABLE),
    "breaks": config_entries.breaks,
    "ignores": config_entries.ignores,
    "baseline": config_checks.path,
}
FLAGS = {"engine-options": "--engine-option"}  # where the command line has another name for a setting
COMMAND_LINE_CHECKS: Mapping[str, Callable[[Check, Any], Any]] = {
    "today": day,
    "engine-options": config_entries.engine_options,
    "prefill-rate": config_prices.prefill_rate,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and who gave it: `promptlint.yaml:3`, `--model` or `default`."""

    value: Any
    origin: str
    selectors: Mapping[str, str] = field(default_factory=dict)  # where each selector in it stands
    written: Any = field(default=None, compare=False)  # before it was checked: plain, with paths as they were given


Settings = Mapping[str, Setting]


def settings(command_line: Mapping[str, Any], path: str | None = None, folder: Path | None = None) -> Settings:
    """Every setting of a run: the command line over the config over the defaults. None or () there: not given.

    `path` is the config to read, instead of the nearest one from `folder` (the working folder) upward.
    """
    given = {name: _given(name, value) for name, value in command_line.items() if value is not None and value != ()}
    if "baseline" in given and "no-baseline" in given:
        raise UsageError("--baseline and --no-baseline exclude each other")
    file = _named(path) if path is not None else nearest(folder or _working_folder())
    online = bool(command_line.get("online"))
    from_file = dict(checked(file, online=online)) if file is not None else {}
    if "model" in given:
        from_file = {name: setting for name, setting in from_file.items() if name not in ("model", "models")}
    defaults = {name: Setting(value, "default", written=value) for name, value in DEFAULTS.items()}
    return _with_usual_baseline(defaults | from_file | given)


def _with_usual_baseline(merged: dict[str, Setting]) -> Settings:
    """The baseline beside the config counts where nobody names one."""
    path = Path(merged[FOLDER].value) / BASELINE
    if merged["baseline"].value is None and _is_file(path):
        found = path.as_posix()
        return merged | {"baseline": Setting(found, "it is there", written=found)}
    return merged


def _given(name: str, value: Any) -> Setting:
    origin = FLAGS.get(name, f"--{name}")
    if name in SELECTOR_LISTS:  # --select KV1,KV2 and --select KV1 --select KV2 are the same
        written = [value] if isinstance(value, str) else value
        names = tuple(one.strip() for several in written for one in several.split(",") if one.strip())
        if name == "select" and not names:
            raise UsageError("--select names no rule", hint="without it, the rules of the config run")
        return Setting(names, origin, written=names)
    checked = COMMAND_LINE_CHECKS.get(name)
    return Setting(value if checked is None else checked(_command_line_check(origin, name), value), origin, {}, value)


def _command_line_check(origin: str, name: str) -> Check:
    return Check(ConfigFile(Path(origin), {}, {}), (name,), online=False)


def options(merged: Settings) -> Options:
    """What the pipeline is asked to do."""
    from promptlint.options import Options

    return Options(
        model=merged["model"].value,
        models=merged["models"].value,
        engine=merged["engine"].value,
        engine_options=merged["engine-options"].value,
        providers=merged["providers"].value,
        prefill_rate=merged["prefill-rate"].value,
        template=merged["template"].value,
        template_arguments=merged["template-arg"].value,
        online=merged["online"].value,
        require_exact=merged["require-exact"].value,
        lint=lint_options(merged),
    )


def lint_options(merged: Settings) -> LintOptions:
    """What the rules are asked to do."""
    from promptlint.options import LintOptions

    return LintOptions(
        select=merged["select"].value,
        ignore=merged["ignore"].value,
        extend_select=merged["extend-select"].value,
        severity=merged["severity"].value,
        per_file_ignores=merged["per-file-ignores"].value,
        selector_origins=dict(_selector_origins(merged)),
        rule_folders=merged["rules"].value,
        allow_code=merged["allow-code"].value,
        rule_options=merged["options"].value,
        ignores=merged["ignores"].value,
        breaks=merged["breaks"].value,
        baseline=None if merged["no-baseline"].value else merged["baseline"].value,
        captures=merged["captures"].value,
        sessions=merged["sessions"].value,
        folder=merged[FOLDER].value,
        today=merged["today"].value,
        min_severity=merged["min-severity"].value,
    )


def _selector_origins(merged: Settings) -> Iterable[tuple[tuple[str, str], str]]:
    for name in SELECTOR_KEYS:
        setting = merged[name]
        if setting.origin.startswith("--"):
            yield from (((name, selector), setting.origin) for selector in setting.value)
        yield from (((name, selector), origin) for selector, origin in setting.selectors.items())


def verdict(merged: Settings) -> Verdict:
    """Which findings make the run fail."""
    from promptlint.options import Verdict

    fail_on = merged["fail-on"].value
    return Verdict(fail_on=None if fail_on == "never" else fail_on)


def shown(merged: Settings, report: Report) -> Report:
    """The report without the findings below --min-severity, which count all the same."""
    least = SEVERITIES.index(merged["min-severity"].value)
    return replace(report, findings=tuple(one for one in report.findings if SEVERITIES.index(one.severity) >= least))


def failing(merged: Settings) -> tuple[Severity, ...]:
    """The severities that --fail-on asks for, and those above."""
    least = verdict(merged).fail_on
    return () if least is None else SEVERITIES[SEVERITIES.index(least) :]


def redacted_formats(merged: Settings, usual: frozenset[str]) -> frozenset[str]:
    """The formats without prompt text: all or none by the command line, else the usual ones and those of the config.

    A config comes with a pull request: it can hide more, and show nothing in a log that others read.
    """
    said = merged["redact"].value
    if isinstance(said, bool):
        return frozenset(REDACTABLE if said else ())
    return usual | frozenset(said or ())


def exit_code(merged: Settings, report: Report) -> int:
    """1 where a finding that is not suppressed is at least as severe as --fail-on asks for, else 0."""
    return int(_count_failing(merged, report) > 0)


def hidden(merged: Settings, report: Report) -> int:
    """How many findings make the run fail and are below --min-severity."""
    return _count_failing(merged, report) - _count_failing(merged, shown(merged, report))


def _count_failing(merged: Settings, report: Report) -> int:
    severities = failing(merged)
    return sum(finding.severity in severities for finding in report.active)


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise ConfigError(f"the working folder cannot be seen: {error.strerror}", hint="run it elsewhere") from None


def nearest(folder: Path) -> ConfigFile | None:
    """The nearest config from `folder` upward. The repository's root is the last folder that is looked at."""
    for here in (folder, *folder.parents):
        for path in (here / name for name in NAMES):
            found = config_file.read(config_checks.shown(path)) if _is_file(path) else None
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


def checked(file: ConfigFile, *, online: bool) -> Settings:
    """The settings of a config; raises ConfigError for what is unknown or of a wrong type."""
    root = Check(file, (), online)
    for name in COMMAND_LINE_ONLY:
        if name in file.values:
            hint = f"a config comes with a pull request; say --{name} where promptlint is started"
            raise ConfigError(f"{name} is for the command line alone", where=file.where(name), hint=hint)
    refuse_unknown(root, file.values, CHECKS)
    found = {name: _checked(root.below(name), value) for name, value in file.values.items()}
    if "model" in found and "models" in found:
        raise ConfigError("model and models exclude each other", where=found["models"].origin)
    return {**found, FOLDER: Setting(file.path.parent.as_posix(), str(file.path), written=file.path.parent.as_posix())}


def _checked(check: Check, value: Any) -> Setting:
    (name,) = check.keys
    found = CHECKS[name](check, value)
    selectors = selector_origins(check, found) if name in SELECTOR_KEYS else {}
    return Setting(found, check.origin, selectors, value)
