"""The entries of a config that have an inside of their own: models, sessions, breaks, ignores, rule options."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptlint.config_checks import (
    Check,
    day,
    items,
    kind,
    mapping,
    one_of,
    path,
    plain,
    refuse_unknown,
    shown,
    text,
    texts,
)
from promptlint.engine import HOSTED

if TYPE_CHECKING:
    from promptlint.engine.serving import Option
    from promptlint.model import Severity
    from promptlint.options import Break, Ignore, RuleOptions

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")
SERVER = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[\\/]{2}")
SELECTOR_LISTS = ("select", "ignore", "extend-select")
SELECTOR_KEYS = (*SELECTOR_LISTS, "severity", "per-file-ignores")


def reference(check: Check, value: Any) -> str:
    """A model reference. A config comes with a pull request: by itself it must not make anything call a server."""
    if not isinstance(value, str) or not value:
        raise check.wrong(f"must be a model reference, not {kind(value)}")
    if SERVER.match(value) and not (check.online and value.startswith("http")):
        raise check.wrong("names a server", hint="give it with --model, or allow it with --online")
    return _relative(check.file.path.parent, value)


def _relative(folder: Path, name: str) -> str:
    """A path of the config leads on from the config's folder; builtin and names of the Hub stay what they are."""
    if name == "builtin" or "://" in name or Path(name).is_absolute():
        return name
    try:
        is_path = name.startswith(".") or name.endswith(".gguf") or (folder / name).exists()
    except OSError:  # longer than a name can be
        return name
    return str(shown(folder / name)) if is_path else name


def references(check: Check, value: Any) -> dict[str, str]:
    """Patterns of a request's model, each with a model reference."""
    if not isinstance(value, dict):
        raise check.wrong(f"must map patterns to model references, not {kind(value)}")
    return {pattern: reference(check.below(pattern), found) for pattern, found in value.items()}


def engine_options(check: Check, value: Any) -> dict[str, Any]:
    """What is known of the server, by the names that its engine has for it, each of the kind of its default."""
    from promptlint.engine.registry import OPTIONS

    given = mapping(check, value)
    refuse_unknown(check, given, OPTIONS)
    return {name: _engine_option(check.below(name), OPTIONS[name], one) for name, one in given.items()}


def _engine_option(check: Check, option: Option, value: Any) -> Any:
    if option.choices:
        return one_of(option.choices)(check, value)
    if isinstance(option.default, bool):
        if not isinstance(value, bool):
            raise check.wrong(f"must be true or false, not {kind(value)}")
        return value
    wanted = (int,) if isinstance(option.default, int) else (int, float)
    if isinstance(value, bool) or not isinstance(value, wanted) or not option.least <= value < float("inf"):
        raise check.wrong(f"must be a number of {option.least} or more")
    if value > option.most:
        raise check.wrong(f"must be a number of at most {option.most:,}")
    return value


def provider_facts(check: Check, value: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """What is known of hosted APIs, over what the data file says: provider, name of a model, facts."""
    from promptlint.engine import providers

    given = mapping(check, value)
    refuse_unknown(check, given, (*HOSTED, providers.IMPLICIT))
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for provider, entries in given.items():
        here = check.below(provider)
        found[provider] = {name: _facts(here.below(name), entry) for name, entry in mapping(here, entries).items()}
    return found


def _facts(check: Check, value: Any) -> dict[str, Any]:
    from promptlint.engine import providers

    given = mapping(check, value)
    refuse_unknown(check, given, providers.FACTS)
    return {name: _fact(check.below(name), name, one) for name, one in given.items()}


def _fact(check: Check, name: str, value: Any) -> Any:
    from promptlint.engine import providers

    if name == "lifetimes":
        return texts(check, value)
    if name == "source":
        return text(check, value)
    if name in providers.TRUTHS:
        if not isinstance(value, bool):
            raise check.wrong(f"must be true or false, not {kind(value)}")
    elif not isinstance(value, int | float) or isinstance(value, bool):
        raise check.wrong(f"must be a number, not {kind(value)}")
    elif name in providers.COUNTS and not isinstance(value, int):
        raise check.wrong(f"must be a whole number, not {value}")
    elif not _least_of(name) <= value < float("inf"):
        raise check.wrong(f"must be a number of {_least_of(name)} or more")
    return value


def _least_of(fact: str) -> int:
    """The least that a number may be: there is no block of no tokens."""
    return 1 if fact == "block" else 0


def severities(check: Check, value: Any) -> dict[str, str]:
    """A severity for each selector."""
    return {name: one_of(SEVERITIES)(check.below(name), given) for name, given in mapping(check, value).items()}


def per_file_ignores(check: Check, value: Any) -> dict[str, tuple[str, ...]]:
    """Selectors for each glob."""
    return {glob: texts(check.below(glob), given) for glob, given in mapping(check, value).items()}


def selector_origins(check: Check, value: Any) -> dict[str, str]:
    """Where each selector stands that the checked value of one of SELECTOR_KEYS holds."""
    if isinstance(value, tuple):
        return {selector: check.below(number).origin for number, selector in enumerate(value)}
    found: dict[str, str] = {}
    for name, inner in value.items():
        within = (
            selector_origins(check.below(name), inner) if isinstance(inner, tuple) else {name: check.below(name).origin}
        )
        found = within | found
    return found


def rule_options(check: Check, value: Any) -> dict[str, RuleOptions]:
    """Options by the rule's name. Which rules and options there are, the rules know."""
    from promptlint.options import RuleOptions

    found = {}
    for rule, given in mapping(check, value).items():
        here = check.below(rule)
        values = {name: plain(here.below(name), option) for name, option in mapping(here, given).items()}
        found[rule] = RuleOptions(values, {name: here.below(name).origin for name in values}, here.origin)
    return found


def captures(check: Check, value: Any) -> tuple[str, ...]:
    """Globs. A config comes with a pull request: it must not send anybody through all of a disk."""
    globs = texts(check, value)
    for glob in globs:
        if "**" in glob and (glob.startswith("/") or ".." in glob.split("/")):
            raise check.wrong(f"leads out of its folder: {glob!r}", "patterns with ** stay below the config's folder")
    return globs


def sessions(check: Check, value: Any) -> tuple[tuple[str, ...], ...]:
    """Lists of captures, each in its order."""
    found = []
    for inner, session in items(check, value):
        found.append(tuple(path(each, given) for each, given in items(inner, session)))
        if not session:
            raise inner.wrong("must name captures")
    return tuple(found)


def paths(check: Check, value: Any) -> tuple[str, ...]:
    """A path, or some."""
    if isinstance(value, str):
        return (path(check, value),)
    texts(check, value)
    return tuple(path(inner, given) for inner, given in items(check, value))


def some_of(names: Iterable[str]) -> Callable[[Check, Any], tuple[str, ...]]:
    """A check for some of a number of names."""
    known = one_of(names)

    def check(check: Check, value: Any) -> tuple[str, ...]:
        found = texts(check, value)
        return tuple(known(check.below(number), name) for number, name in enumerate(found))

    return check


def breaks(check: Check, value: Any) -> tuple[Break, ...]:
    """Boundaries that are meant."""
    return tuple(_break(inner, entry) for inner, entry in items(check, value))


def _break(check: Check, value: Any) -> Break:
    from promptlint.options import Break

    refuse_unknown(check, mapping(check, value), ("after", "reason"))
    after = path(*check.member(value, "after"))
    return Break(after, _reason(check, value), check.origin)


def ignores(check: Check, value: Any) -> tuple[Ignore, ...]:
    """Findings that are known."""
    return tuple(_ignore(inner, entry) for inner, entry in items(check, value))


def _ignore(check: Check, value: Any) -> Ignore:
    from promptlint.options import Ignore

    refuse_unknown(check, mapping(check, value), ("rules", "files", "path", "reason", "until"))
    rules = texts(*check.member(value, "rules"))
    if not rules:
        raise check.below("rules").wrong("must name a rule")
    return Ignore(
        rules=rules,
        files=texts(check.below("files"), value["files"]) if "files" in value else (),
        path=_json_path(check.below("path"), value["path"]) if "path" in value else None,
        reason=_reason(check, value),
        until=day(check.below("until"), value["until"]) if "until" in value else None,
        origin=check.origin,
    )


def _reason(check: Check, value: dict[str, Any]) -> str:
    if "reason" not in value:
        raise check.wrong("has no reason", hint='reason: "why this is known and stays", for whoever reads it next')
    return " ".join(text(check.below("reason"), value["reason"]).split())


def _json_path(check: Check, value: Any) -> str:
    from promptlint import json_path

    written = text(check, value)
    try:
        json_path.steps(written)
    except ValueError as error:
        raise check.wrong(str(error), hint='names, indexes and [*] alone, as in "$.messages[*].content"') from None
    return written
