"""Options of rules and functions: how a rule file declares them, and what a config may set them to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from promptlint.errors import ConfigError
from promptlint.lint.rule import Option, Options, Rule

if TYPE_CHECKING:
    from promptlint.options import RuleOptions

FITS: Mapping[str, Callable[[Any], bool]] = {
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "text": lambda value: isinstance(value, str),
    "texts": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "mapping": lambda value: isinstance(value, dict),
    "any": lambda _: True,
}
CALLED = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "text": "a text",
    "texts": "a list of texts",
    "mapping": "a mapping",
}
DECLARED = ("type", "default", "choices", "minimum", "about")


def option_of(value: Any) -> Option:
    """An option as a rule file declares it: `{type, default, choices, minimum, about}`. Raises ValueError."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str) or value["type"] not in FITS:
        raise ValueError(f"needs a type: one of {', '.join(FITS)}")
    unknown = next((name for name in value if name not in DECLARED), None)
    if unknown is not None:
        raise ValueError(f"unknown key {unknown!r}: {', '.join(DECLARED)}")
    if not FITS["texts"](value.get("choices", [])):
        raise ValueError("choices must be a list of texts")
    if "minimum" in value and not (value["type"] in ("integer", "number") and FITS["number"](value["minimum"])):
        raise ValueError("minimum must be a number, and is for numbers only")
    option = Option(
        value["type"],
        value.get("default"),
        tuple(value.get("choices", ())),
        value.get("minimum"),
        about=value.get("about", ""),
    )
    if option.default is not None and (problem := _misfit(option, option.default)):
        raise ValueError(f"its default {problem}")
    return option


def wrong_option(known: Mapping[str, Option], name: str, value: Any) -> tuple[str, str | None] | None:
    """What is wrong with an option that somebody sets, and a hint; None if nothing is."""
    if name not in known:
        import difflib

        close = difflib.get_close_matches(name, list(known), n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"one of {', '.join(known)}" if known else "it has none"
        return f"unknown option {name!r}", hint
    problem = _misfit(known[name], value)
    return None if problem is None else (f"option {name} {problem}", None)


def effective(rule: Rule, configured: RuleOptions | None) -> Options:
    """All options of a rule: what the config sets over the defaults. Raises ConfigError for what it cannot be."""
    values = {name: option.default for name, option in rule.options.items()}
    for name, value in (configured.values if configured else {}).items():
        problem = wrong_option(rule.options, name, value)
        if problem is not None:
            where = configured.origins.get(name) if configured else None
            raise ConfigError(f"{rule.name}: {problem[0]}", where=where, hint=problem[1])
        values[name] = value
    return values


def _misfit(option: Option, value: Any) -> str | None:
    if not FITS[option.kind](value):
        return f"must be {CALLED[option.kind]}"
    if option.choices and value not in option.choices:
        return f"must be one of {', '.join(option.choices)}"
    if option.minimum is not None and value < option.minimum:
        return f"must be at least {option.minimum:g}"
    return None
