"""The JSON Schemas of a config and of a rule file, made of the tables that check them.

`PROMPTLINT_WRITE_CASES=1 pytest tests/test_schemas.py` writes them to promptlint/schemas.
"""

from __future__ import annotations

from typing import Any

from promptlint import usual
from promptlint.config import FAIL_ON, REDACTABLE
from promptlint.config_entries import SEVERITIES
from promptlint.config_prices import LEAST_RATE, MOST_RATE, MOST_SECONDS
from promptlint.engine import ENGINES, HOSTED, providers
from promptlint.engine.price import LEAST_MEASUREMENTS, setups
from promptlint.engine.registry import OPTIONS
from promptlint.engine.serving import Option as EngineOption
from promptlint.lint import rule_file
from promptlint.lint.functions import FUNCTIONS
from promptlint.lint.option import DECLARED, FITS
from promptlint.lint.rule import SCOPES, STATUSES

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXT: Schema = {"type": "string", "pattern": r"\S"}
TEXTS: Schema = {"type": "array", "items": TEXT}
TEXT_OR_TEXTS: Schema = {"oneOf": [TEXT, TEXTS]}
DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
TYPES = {str: "string", list: "array", dict: "object", bool: "boolean", int: "integer"}


def closed(properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """An object with these keys and no others."""
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def mapping_of(values: Schema) -> Schema:
    """An object with keys of the user's own."""
    return {"type": "object", "additionalProperties": values}


def config() -> Schema:
    """promptlint.yaml, or [tool.promptlint] of pyproject.toml."""
    reference = {"type": "string", "minLength": 1}
    about = {
        "model": "a folder, a .gguf file, ORG/NAME[@REVISION], or builtin",
        "models": "a model reference for each pattern of the request's own model name; the first one that fits counts",
        "engine": "who serves it; vllm, if nothing is said",
        "engine-options": "what is known of the server, by the engine's own names",
        "providers": "what is known of hosted APIs: provider, part of a model's name, facts",
        "prefill-rate": "tokens per second, the name of a setup, or measured seconds of cold prompts by their tokens",
        "captures": "globs of the captures that `promptlint check` looks at",
        "sessions": "captures in their order, where their names do not tell it",
        "select": "only these rules: names, codes, or prefixes of codes; ALL is all of them",
        "ignore": "not these rules",
        "extend-select": "these rules too",
        "severity": "the severity of rules, by selector",
        "per-file-ignores": "selectors for each glob of files",
        "rules": "folders of your own rule files",
        "options": "options of rules, by the rule's name",
        "min-severity": "show nothing below",
        "fail-on": "the least severity that makes the exit code 1",
        "redact": "more formats that show a hash and a length instead of prompt text",
        "breaks": "boundaries that are meant: no finding of a pair there",
        "ignores": "findings that are known, each with its reason",
        "baseline": "the file of `promptlint baseline write`",
    }
    values: dict[str, Schema] = {
        "model": reference,
        "models": mapping_of(reference),
        "engine": {"enum": list(ENGINES)},
        "engine-options": closed({name: engine_option(option) for name, option in OPTIONS.items()}),
        "providers": closed({name: mapping_of(facts()) for name in (*HOSTED, providers.IMPLICIT)}),
        "prefill-rate": prefill_rate(),
        "captures": TEXT_OR_TEXTS,
        "sessions": {"type": "array", "items": {**TEXTS, "minItems": 1}},
        "select": TEXT_OR_TEXTS,
        "ignore": TEXT_OR_TEXTS,
        "extend-select": TEXT_OR_TEXTS,
        "severity": mapping_of({"enum": list(SEVERITIES)}),
        "per-file-ignores": mapping_of(TEXT_OR_TEXTS),
        "rules": TEXT_OR_TEXTS,
        "options": mapping_of({"type": "object"}),
        "min-severity": {"enum": list(SEVERITIES)},
        "fail-on": {"enum": list(FAIL_ON)},
        "redact": {"oneOf": [{"enum": list(REDACTABLE)}, {"type": "array", "items": {"enum": list(REDACTABLE)}}]},
        "breaks": {"type": "array", "items": closed({"after": TEXT, "reason": TEXT}, ("after", "reason"))},
        "ignores": {"type": "array", "items": ignore()},
        "baseline": TEXT,
    }
    properties = {name: {"description": about[name], **value} for name, value in values.items()}
    both: Schema = {"required": ["model", "models"]}
    return {"$schema": DRAFT, "title": "The config of promptlint", **closed(properties), "not": both}


def engine_option(option: EngineOption) -> Schema:
    """What the server is started with."""
    described = {"description": option.about, "default": option.default}
    if option.choices:
        return {**described, "enum": list(option.choices)}
    if isinstance(option.default, bool):
        return {**described, "type": "boolean"}
    kind = "integer" if isinstance(option.default, int) else "number"
    return {**described, "type": kind, "minimum": option.least, "maximum": option.most}


def facts() -> Schema:
    """What is known of the models of a provider."""
    found: dict[str, Schema] = {}
    for name in providers.FACTS:
        number = {"type": "integer" if name in providers.COUNTS else "number", "minimum": int(name == "block")}
        found[name] = {"type": "boolean"} if name in providers.TRUTHS else number
    return closed({**found, "lifetimes": TEXT_OR_TEXTS, "source": TEXT})


def prefill_rate() -> Schema:
    """How fast a server computes prompts."""
    seconds = {"type": "number", "minimum": 1 / MOST_SECONDS, "maximum": MOST_SECONDS}
    measured = {
        "type": "object",
        "patternProperties": {r"^\d{1,10}$": seconds},
        "additionalProperties": False,
        "minProperties": LEAST_MEASUREMENTS,
    }
    rate = {"type": "number", "minimum": LEAST_RATE, "maximum": MOST_RATE}
    return {"oneOf": [rate, {"enum": list(setups())}, measured]}


def ignore() -> Schema:
    """An entry of `ignores`."""
    rules = {"oneOf": [TEXT, {**TEXTS, "minItems": 1}]}
    entries = {"rules": rules, "files": TEXT_OR_TEXTS, "path": TEXT, "reason": TEXT, "until": DAY}
    return closed(entries, ("rules", "reason"))


def rule() -> Schema:
    """A rule file."""
    properties = {name: typed(kinds) for name, kinds in rule_file.KEYS.items()}
    texts = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    scope = {"enum": list(SCOPES)}
    then = closed({"function": {"enum": sorted(FUNCTIONS)}, "options": {"type": "object"}, "field": {"type": "string"}})
    then["required"] = ["function"]
    properties |= {
        "code": {"type": "string", "pattern": f"^{rule_file.CODE.pattern}$"},
        "name": {"type": "string", "pattern": f"^{rule_file.NAME.pattern}$"},
        "severity": {"enum": list(usual.SEVERITIES)},
        "status": {"enum": list(STATUSES)},
        "scope": {"oneOf": [scope, {"type": "array", "items": scope}]},
        "given": texts,
        "then": {"oneOf": [then, {"type": "array", "items": then}]},
        "options": mapping_of(option()),
        "cases": closed({"valid": cases(), "invalid": cases("found")}, ("valid", "invalid")),
    }
    named = {"$schema": DRAFT, "title": "A rule of promptlint"}
    return {**named, **closed(properties, (*rule_file.REQUIRED, "cases"))}


def typed(kinds: tuple[type, ...]) -> Schema:
    """A value of one of these types."""
    names = [TYPES[kind] for kind in kinds]
    return {"type": names[0] if len(names) == 1 else names}


def option() -> Schema:
    """What a rule file says of an option."""
    known: dict[str, Schema] = {
        "type": {"enum": list(FITS)},
        "default": {},
        "choices": {"type": "array", "items": {"type": "string"}},
        "minimum": {"type": "number"},
        "about": {"type": "string"},
    }
    assert tuple(known) == DECLARED
    return closed(known, ("type",))


def cases(*required: str) -> Schema:
    """The examples that a rule file carries."""
    known = {name: {"type": TYPES[kind]} for name, kind in rule_file.CASE_KEYS.items()}
    found = {"type": "array", "items": {"type": "object", "properties": known}, "minItems": len(required)}
    looked_at = [{"required": names} for names in (["request"], ["before", "after"], ["requests"], ["file"])]
    one = {
        "type": "object",
        "properties": {"name": {"type": "string"}, **known, "found": found},
        "required": ["name", *required],
        "anyOf": looked_at,
    }
    return {"type": "array", "items": one, "minItems": 1}
