"""All rules of a run: bundled, from folders of the user, from installed packages; one loader for all three."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import cast

from promptlint.errors import ConfigError
from promptlint.lint.rule import Check, Rule, Source
from promptlint.lint.rule_file import bundled_rules, read
from promptlint.lint.rule_folders import bundled_folder, package_folders, rule_files, users_folder

# Scopes whose rules are found while files are read or the run is put together; their files need no check of their own.
WITHOUT_CHECK = {"config"}
Catalogue = dict[str, Rule]  # by code


def load(
    folders: Iterable[str] = (), *, allow_code: bool = False, with_cases: bool = False, cache: Path | None = None
) -> Catalogue:
    """Every rule by its code, in the order of codes. Raises ConfigError for a broken or doubled one.

    `cache` is the folder of the disk cache, if it may be used.
    """
    rules = bundled_rules(rule_files(bundled_folder()), with_cases=with_cases, cache=cache)
    rules += [_foreign(path, "package", allow_code=True) for folder in package_folders() for path in rule_files(folder)]
    for folder in folders:
        rules += folder_rules(folder, allow_code=allow_code)
    return _by_code(rules)


def folder_rules(folder: str, *, allow_code: bool) -> list[Rule]:
    """The rules of a folder of the user's own."""
    return [_foreign(path, "folder", allow_code=allow_code) for path in rule_files(users_folder(folder))]


def refuse_doubles(rules: Iterable[Rule]) -> None:
    """Raises ConfigError where one of the rules has the code or the name of another one, or of a bundled one."""
    _by_code([*bundled_rules(rule_files(bundled_folder()), with_cases=False), *rules])


def with_check(rule: Rule) -> Rule:
    """The rule with its check loaded: bundled Python rules are imported only when they run."""
    if rule.check is not None or set(rule.scopes) <= WITHOUT_CHECK:
        return rule
    return replace(rule, check=_check_of(rule, allow_code=True))


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
    from importlib.util import module_from_spec, spec_from_file_location

    name = f"promptlint_rule_{path.stem.replace('-', '_')}"
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their own module up
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever somebody's code raises
        del sys.modules[name]
        line = getattr(error, "lineno", None)
        where = f"{path}:{line}" if line else str(path)
        raise ConfigError(f"the Python rule cannot be loaded: {type(error).__name__}: {error}", where=where) from None
    return module


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
