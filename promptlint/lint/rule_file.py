"""A rule file → a Rule. Everything in it is checked here, with the line and, for a slip of the pen, what was meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from promptlint.config_checks import close_to
from promptlint.config_file import ConfigFile, parse_yaml, text_of
from promptlint.errors import ConfigError
from promptlint.lint.functions import FUNCTIONS, function
from promptlint.lint.option import option_of, wrong_option
from promptlint.lint.rule import SCOPES, STATUSES, Case, Option, Rule, Source, Then
from promptlint.usual import SEVERITIES

LARGEST = 256 * 1024  # bytes
CASES = "\ncases:"  # in our own files all that stands behind it is cases
CODE = re.compile(r"[A-Z]{2,10}[0-9]{3,4}")
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
KEYS: Mapping[str, tuple[type, ...]] = {
    "code": (str,),
    "name": (str,),
    "summary": (str,),
    "severity": (str,),
    "status": (str,),
    "since": (str,),
    "scope": (str, list),
    "given": (str, list),
    "then": (dict, list),
    "options": (dict,),
    "evidence": (bool,),
    "general": (bool,),
    "always": (bool,),
    "message": (str,),
    "why": (str,),
    "instead": (str,),
    "references": (list,),
    "cases": (dict,),
}
REQUIRED = ("code", "name", "summary", "severity", "scope", "message", "why", "instead")
CASE_KEYS: Mapping[str, type] = {
    "options": dict,
    "requests": list,
    "ignores": list,
    "message": str,
    "template": str,
    "slots": int,
    "engine": str,
}
TYPE_NAMES = {str: "a text", list: "a list", dict: "a mapping", bool: "true or false", int: "a number"}


def read(path: Path, source: Source) -> Rule:
    """The rule of a file, without its check. Raises ConfigError for whatever is wrong with it."""
    return rule_of(parse_yaml(path, text_of(path, LARGEST, "rule file"), "rule file"), source)


def bundled_rules(paths: Sequence[Path], *, with_cases: bool, cache: Path | None = None) -> list[Rule]:
    """Rules of our own: our tests have checked the files, so only what a run needs is parsed, without lines.

    `cache` is the folder of the disk cache, if what was parsed may be kept there.
    """
    if with_cases:
        return [read(path, "bundled") for path in paths]
    heads = [path.read_text(encoding="utf-8").partition(CASES)[0] for path in paths]
    if cache is None:
        return [_bundled(path, head) for path, head in zip(paths, heads, strict=True)]
    return [
        _built(ConfigFile(path, value, {}), "bundled") for path, value in zip(paths, _kept(heads, cache), strict=True)
    ]


@lru_cache(maxsize=256)
def _bundled(path: Path, head: str) -> Rule:
    """Made once in a process: who calls us from Python calls often."""
    return _built(ConfigFile(path, _quickly_parsed(head), {}), "bundled")


def _kept(heads: Sequence[str], cache: Path) -> list[Any]:
    from promptlint.disk_cache.parsed_rules import parsed

    return parsed(heads, _quickly_parsed, cache)


def bundled_with_cases(path: Path) -> Rule:
    """A rule of our own with its cases, which do not know their lines."""
    file = ConfigFile(path, _quickly_parsed(path.read_text(encoding="utf-8")), {})
    return replace(_built(file, "bundled"), cases=tuple(_cases(file)))


def _quickly_parsed(text: str) -> Any:
    import yaml

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders


def rule_of(file: ConfigFile, source: Source) -> Rule:
    """The rule that a parsed file describes."""
    _check_keys(file)
    for name, allowed in (("severity", SEVERITIES), ("status", STATUSES)):
        if name in file.values:
            _check_choice(file, file.values[name], allowed, name)
    rule = _built(file, source)
    _check_then(file, rule.then)
    if not CODE.fullmatch(rule.code):
        raise _wrong(file, f"{rule.code!r} is no rule code", "letters and a number, as in KV901", "code")
    if not NAME.fullmatch(rule.name):
        raise _wrong(file, f"{rule.name!r} is no rule name", "lower case words with hyphens between them", "name")
    _check_message(file)
    _check_given(file, rule.given)
    cases = tuple(_cases(file))
    if not any(case.valid for case in cases) or all(case.valid for case in cases):
        hint = "cases: {valid: [{name, request}], invalid: [{name, request, found}]} shows what it finds, and what not"
        raise _wrong(file, f"{rule.name} has no valid or no invalid case", hint, "cases")
    return replace(rule, cases=cases)


def _wrong(file: ConfigFile, message: str, hint: str | None, *keys: str) -> ConfigError:
    return ConfigError(message, where=file.where(*keys), hint=hint)


def _check_keys(file: ConfigFile) -> None:
    for name, value in file.values.items():
        if name not in KEYS:
            raise _wrong(file, f"unknown key {name!r} in a rule", close_to(name, KEYS), name)
        if not isinstance(value, KEYS[name]):
            kinds = " or ".join(TYPE_NAMES[kind] for kind in KEYS[name])
            raise _wrong(file, f"{name} must be {kinds}", None, name)
    for name in REQUIRED:
        if not file.values.get(name):
            raise _wrong(file, f"a rule needs {name}", "see rules/README.md, or promptlint rule NAME of a rule like it")


def _check_choice(file: ConfigFile, value: object, allowed: Collection[str], *keys: str) -> None:
    if value not in allowed:
        raise _wrong(file, f"{'.'.join(keys)} cannot be {value!r}", close_to(value, allowed), *keys)


def _check_message(file: ConfigFile) -> None:
    from promptlint.lint.message import fields_of

    try:
        fields_of(file.values["message"])
    except ValueError as error:
        raise _wrong(file, str(error), "double braces have no meaning here", "message") from None


def _check_given(file: ConfigFile, given: Iterable[str]) -> None:
    from promptlint.lint.given import ALIASES, compiled

    for path in given:
        if path.startswith("#"):
            _check_choice(file, path, ALIASES, "given")
            continue
        try:
            compiled(path)
        except ValueError as error:
            raise _wrong(
                file, f"given {path!r}: {error}", "an RFC 9535 path such as $.messages[*].content", "given"
            ) from None


def _built(file: ConfigFile, source: Source) -> Rule:
    values = file.values
    scopes = tuple(_texts(file, values["scope"], "scope"))
    for scope in scopes:
        _check_choice(file, scope, SCOPES, "scope")
    return Rule(
        code=values["code"],
        name=values["name"],
        summary=values["summary"],
        severity=values["severity"],
        scopes=tuple(scope for scope in SCOPES if scope in scopes),
        message=values["message"],
        why=values["why"],
        instead=values["instead"],
        status=values.get("status", "stable"),
        since=values.get("since", ""),
        references=tuple(map(str, values.get("references", ()))),
        given=tuple(_texts(file, values.get("given", []), "given")),
        then=tuple(_then(file, values.get("then"))),
        own_options=_own_options(file),
        evidence=values.get("evidence", False),
        general=values.get("general", False),
        always=values.get("always", False),
        path=str(file.path),
        source=source,
    )


def _texts(file: ConfigFile, value: Any, name: str) -> Iterator[str]:
    for one in [value] if isinstance(value, str) else value:
        if not isinstance(one, str):
            raise _wrong(file, f"{name} must be a text or a list of texts", None, name)
        yield one


def _then(file: ConfigFile, value: Any) -> Iterator[Then]:
    for keys, one in _each_then(value):
        if not isinstance(one, dict):
            raise _wrong(file, "then must be a mapping with a function", None, *keys)
        for name in one:
            if name not in ("function", "options", "field"):
                raise _wrong(
                    file, f"unknown key then.{name}", close_to(name, ("function", "options", "field")), *keys, name
                )
        name = one.get("function")
        if not isinstance(name, str) or name not in FUNCTIONS:
            raise _wrong(file, f"no function named {name!r}", close_to(name, FUNCTIONS), *keys, "function")
        if not isinstance(one.get("field"), str | None):
            raise _wrong(file, "then.field must be the name of a member", "one name, as in field: role", *keys, "field")
        options = one.get("options", {})
        if not isinstance(options, dict):
            raise _wrong(file, f"options of {name} must be a mapping", None, *keys, "options")
        yield Then(name, options, one.get("field"))


def _each_then(value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each item with its keys in the file: one alone needs no list."""
    if isinstance(value, dict):
        yield ("then",), value
        return
    for number, one in enumerate(value or ()):
        yield ("then", str(number)), one


def _check_then(file: ConfigFile, then: Iterable[Then]) -> None:
    for (keys, _), one in zip(_each_then(file.values.get("then")), then, strict=True):
        _check_options(file, one, (*keys, "options"))


def _check_options(file: ConfigFile, then: Then, keys: tuple[str, ...]) -> None:
    name, module = then.function, function(then.function)
    for option, value in then.written.items():
        problem = wrong_option(module.OPTIONS, option, value)
        if problem:
            raise _wrong(file, f"{name}: {problem[0]}", problem[1], *keys, option)
    missing = [key for key, option in module.OPTIONS.items() if option.required and key not in then.written]
    if missing:
        raise _wrong(file, f"{name} needs the option {missing[0]}", None, *keys)
    try:
        getattr(module, "validate", lambda _: None)(then.options)
    except ValueError as error:
        raise _wrong(file, f"{name}: {error}", None, *keys) from None


def _own_options(file: ConfigFile) -> dict[str, Option]:
    found = {}
    for name, value in file.values.get("options", {}).items():
        try:
            found[name] = option_of(value)
        except ValueError as error:
            raise _wrong(file, f"options.{name}: {error}", None, "options", name) from None
    return found


def _cases(file: ConfigFile) -> Iterator[Case]:
    cases = file.values.get("cases", {})
    for kind, listed in cases.items():
        _check_choice(file, kind, ("valid", "invalid"), "cases")
        if not isinstance(listed, list):
            raise _wrong(file, f"cases.{kind} must be a list", None, "cases", kind)
        for number, one in enumerate(listed):
            yield _case(file, kind, one, ("cases", kind, str(number)))


def _case(file: ConfigFile, kind: str, one: Any, keys: tuple[str, ...]) -> Case:
    if not isinstance(one, dict) or not isinstance(one.get("name"), str):
        raise _wrong(file, f"a {kind} case is a mapping with a name", None, *keys)
    found = one.get("found", [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _wrong(file, "found must be a list of mappings", None, *keys, "found")
    if (kind == "invalid") != bool(found):
        problem = "needs found: [{text: …}]" if kind == "invalid" else "has found: it is an invalid one"
        raise _wrong(file, f"the {kind} case {one['name']!r} {problem}", None, *keys)
    for name, kind_of in CASE_KEYS.items():
        for holder in (one, *found):
            if name in holder and not isinstance(holder[name], kind_of):
                raise _wrong(file, f"{name} of a case must be {TYPE_NAMES[kind_of]}", None, *keys, name)
    if not any(name in one for name in ("request", "requests", "file")) and not {"before", "after"} <= one.keys():
        hint = "request, before and after, requests, or file"
        raise _wrong(file, f"the {kind} case {one['name']!r} gives nothing to look at", hint, *keys)
    given = {name: value for name, value in one.items() if name not in ("name", "found")}
    return Case(one["name"], kind == "valid", given, tuple(found), file.where(*keys, "name"))
