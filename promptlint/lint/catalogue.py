"""All rules of a run: bundled, from folders of the user, from installed packages; one loader for all three."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from promptlint.errors import ConfigError
from promptlint.lint.rule import Check, Rule, Source
from promptlint.lint.rule_file import read, read_bundled

ENTRY_POINTS = "promptlint.rules"
CONFIG = "promptlint.yaml"
# Scopes whose rules are found while files are read or the run is put together; their files need no check of their own.
WITHOUT_CHECK = {"config"}
Catalogue = dict[str, Rule]  # by code


def bundled_folder() -> Path:
    """The rules that we ship: inside the package, or beside it where it runs from its own checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def load(folders: Iterable[str] = (), *, allow_code: bool = False, with_cases: bool = False) -> Catalogue:
    """Every rule by its code, in the order of codes. Raises ConfigError for a broken or doubled one."""
    rules = [_bundled(path, with_cases) for path in _files(bundled_folder())]
    rules += [_foreign(path, "package", allow_code=True) for folder in _package_folders() for path in _files(folder)]
    for folder in folders:
        rules += folder_rules(folder, allow_code=allow_code)
    return _by_code(rules)


def folder_rules(folder: str, *, allow_code: bool) -> list[Rule]:
    """The rules of a folder of the user's own."""
    if not _is_folder(folder):
        raise ConfigError(f"no folder of rules: {folder}", hint="rules: names folders that hold rule files (*.yaml)")
    return [_foreign(path, "folder", allow_code=allow_code) for path in _files(Path(folder))]


def with_cases(rule: Rule) -> Rule:
    """The rule with its cases: of a bundled one they are left out until somebody asks for them."""
    return rule if rule.cases else read(Path(rule.path), rule.source)


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):  # longer than a name can be, or no name at all
        return False


def refuse_doubles(rules: Iterable[Rule]) -> None:
    """Raises ConfigError where one of the rules has the code or the name of another one, or of a bundled one."""
    _by_code([*(_bundled(path, False) for path in _files(bundled_folder())), *rules])


def with_check(rule: Rule) -> Rule:
    """The rule with its check loaded: bundled Python rules are imported only when they run."""
    if rule.check is not None or set(rule.scopes) <= WITHOUT_CHECK:
        return rule
    return replace(rule, check=_check_of(rule, allow_code=True))


def _bundled(path: Path, with_cases: bool) -> Rule:
    return read_bundled(path, with_cases=with_cases)


def _foreign(path: Path, source: Source, *, allow_code: bool) -> Rule:
    rule = read(path, source)
    return replace(rule, check=_check_of(rule, allow_code=allow_code))


def _check_of(rule: Rule, *, allow_code: bool) -> Check:
    path = Path(rule.path)
    code = path.with_suffix(".py")
    if rule.then and code.is_file():
        raise ConfigError(
            f"{rule.name} has a then and a Python check", where=rule.path, hint=f"keep one: {code} or then"
        )
    if rule.then:
        from promptlint.lint.declarative import declarative_check  # and with it all that a check is given

        return declarative_check(rule)
    if not code.is_file():
        hint = f"give it a then with a function, or a check() in {code.name} beside it"
        raise ConfigError(f"{rule.name} has no check", where=rule.path, hint=hint)
    if not allow_code:
        hint = "--allow-code runs the Python rules of your own folders; a config cannot say so"
        raise ConfigError(f"{rule.name} is a Python rule, and those are code", where=str(code), hint=hint)
    check = getattr(_module(code), "check", None)
    if not callable(check):
        raise ConfigError(f"{rule.name} has no check", where=str(code), hint="define check(context, options)")
    return cast(Check, check)


@cache
def _module(path: Path) -> ModuleType:
    """A Python rule's file. It is loaded by its path: the stems of rules are not module names."""
    name = f"promptlint_rule_{path.stem.replace('-', '_')}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their own module up
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever somebody's code raises
        del sys.modules[name]
        line = getattr(error, "lineno", None)
        where = f"{path}:{line}" if line else str(path)
        raise ConfigError(f"the Python rule cannot be loaded: {type(error).__name__}: {error}", where=where) from None
    return module


def _files(folder: Path) -> list[Path]:
    """The rule files of a folder and of those in it; a config may lie among them."""
    found = (path for pattern in ("*.yaml", "*.yml") for path in folder.rglob(pattern) if path.name != CONFIG)
    return sorted(path for path in found if path.is_file())


def _package_folders() -> Iterator[Path]:
    """The folder of each package that an entry point names; finding it does not import that package."""
    if not any(map(_names_rules, sys.path)):
        return
    from importlib import metadata  # with the parser of e-mails: 15 ms

    for entry in sorted(metadata.entry_points(group=ENTRY_POINTS), key=lambda one: (one.name, one.value)):
        folder = _folder_of(entry)
        if folder is None:
            hint = f"its entry point {ENTRY_POINTS} must name an importable package that holds rule files"
            raise ConfigError(f"the rule package {entry.name!r} ({entry.value}) has no folder", hint=hint)
        yield folder


def _names_rules(folder: str) -> bool:
    """May an installed package in this folder have the entry point; one that is no folder can be anything."""
    if not Path(folder).is_dir():
        return folder.endswith((".zip", ".egg", ".whl"))
    found = (path for kind in ("dist-info", "egg-info") for path in Path(folder).glob(f"*.{kind}/entry_points.txt"))
    return any(ENTRY_POINTS.encode() in path.read_bytes() for path in found)


def _folder_of(entry: Any) -> Path | None:
    try:
        spec = importlib.util.find_spec(entry.module)
    except Exception:  # of a package inside of another one the outer one is imported, whatever that does
        return None
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return Path(places[0]) if places else None


def _by_code(rules: Iterable[Rule]) -> Catalogue:
    found: Catalogue = {}
    names: dict[str, Rule] = {}
    stems: dict[str, Rule] = {}
    for rule in rules:
        for known, key, what in ((found, rule.code, "code"), (names, rule.name, "name")):
            if key in known:
                raise ConfigError(f"the {what} {key} is used twice", where=rule.path, hint=f"also in {known[key].path}")
        stem = Path(rule.path).stem
        if stem in stems and not rule.then:  # Python rules are modules by their stem
            raise ConfigError(f"two rule files are called {stem}", where=rule.path, hint=f"also {stems[stem].path}")
        found[rule.code] = names[rule.name] = stems[stem] = rule
    return dict(sorted(found.items()))
