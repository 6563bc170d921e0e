"""The published JSON Schemas, and what they say of files that promptlint takes or refuses."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from promptlint import cli, config
from promptlint.config_file import ConfigFile
from promptlint.errors import ConfigError
from promptlint.lint.rule_file import rule_of
from tests import commands, schema_documents

jsonschema = pytest.importorskip("jsonschema", reason="only the development group has it")

REPO = Path(__file__).resolve().parents[1]
SCHEMAS = REPO / "promptlint" / "schemas"
MADE = {"config": schema_documents.config, "rule": schema_documents.rule}
RULE_FILES = sorted((REPO / "rules").rglob("*.yaml"))
YAML_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def validator(name: str) -> Any:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def loaded(text: str) -> Any:
    """A document of YAML as an editor sees it: a date is a text."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def examples() -> Iterator[Any]:
    """Every config that the README, the cases and the tests of the commands show."""
    for block in YAML_BLOCK.findall((REPO / "README.md").read_text(encoding="utf-8")):
        found = yaml.safe_load(block)
        if isinstance(found, dict) and found.keys() <= config.CHECKS.keys():
            yield pytest.param(block, id=", ".join(found))
    for path in sorted((REPO / "tests" / "cases").rglob("promptlint.yaml")):
        if "mistake" not in path.parent.name:
            yield pytest.param(path.read_text(encoding="utf-8"), id=path.parent.name)


@pytest.mark.parametrize("name", MADE)
def test_the_published_schema_is_made_of_the_tables_that_check(name: str) -> None:
    path = SCHEMAS / f"{name}.json"
    made = json.dumps(MADE[name](), indent=2) + "\n"
    if os.environ.get("PROMPTLINT_WRITE_CASES"):
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made


@pytest.mark.parametrize("name", ["report", "config", "rule"])
def test_the_command_prints_the_schema(name: str) -> None:
    shown = CliRunner().invoke(cli.main, ["schema", name])
    assert shown.output == (SCHEMAS / f"{name}.json").read_text(encoding="utf-8")
    assert shown.exit_code == 0


def test_every_key_of_the_config_is_in_its_schema() -> None:
    assert schema_documents.config()["properties"].keys() == config.CHECKS.keys()


@pytest.mark.parametrize("text", list(examples()))
def test_examples_of_a_config_are_what_the_schema_says(text: str) -> None:
    validator("config").validate(loaded(text))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("model: builtin", True),
        ("model: ''", False),
        ("{model: builtin, models: {'*': builtin}}", False),
        ("engine: vllm", True),
        ("engine: vlm", False),
        ("engine-options: {slots: 1, memory: recurrent}", True),
        ("engine-options: {slots: 0}", False),
        ("engine-options: {slots: true}", False),
        ("engine-options: {memory: none}", False),
        ("providers: {anthropic: {'*': {price: 3, minimum: 1024}}}", True),
        ("providers: {anthropic: {'*': {minimum: 10.5}}}", False),
        ("providers: {anthropic: {'*': {block: 0}}}", False),
        ("providers: {nobody: {}}", False),
        ("prefill-rate: 120", True),
        ("prefill-rate: 0", False),
        ("prefill-rate: nobody-measured-this", False),
        ("prefill-rate: {'1000': 0.4, '8000': 3, '32000': 13}", True),
        ("prefill-rate: {'1000': 0.4}", False),
        ("sessions: [[a.json, b.json]]", True),
        ("sessions: [[]]", False),
        ("select: KV1", True),
        ("select: [KV1, '']", False),
        ("severity: {KV101: warning}", True),
        ("severity: {KV101: fatal}", False),
        ("per-file-ignores: {'*.json': [KV1]}", True),
        ("fail-on: never", True),
        ("fail-on: sometimes", False),
        ("redact: [sarif, json]", True),
        ("redact: [paper]", False),
        ("breaks: [{after: a.json, reason: compacted}]", True),
        ("breaks: [{after: a.json}]", False),
        ("ignores: [{rules: KV101, reason: known, until: 2027-03-01}]", True),
        ("ignores: [{rules: [], reason: known}]", False),
        ("ignores: [{rules: KV101, reason: known, until: soon}]", False),
        ("baseline: known.jsonl", True),
        ("no-such-key: 1", False),
        ("online: true", False),  # the command line's alone
    ],
)
def test_the_schema_and_the_check_agree_on_a_config(text: str, valid: bool) -> None:
    assert validator("config").is_valid(loaded(text)) == valid
    file = ConfigFile(Path("promptlint.yaml"), yaml.safe_load(text), {})
    if valid:
        config.checked(file, online=False)
    else:
        with pytest.raises(ConfigError):
            config.checked(file, online=False)


REPORTS = [
    path.parent
    for path in sorted((REPO / "tests" / "cases").glob("*/cmd"))
    if path.read_text(encoding="utf-8").startswith(("promptlint diff", "promptlint check"))
    and (path.parent / "exit").read_text(encoding="utf-8") in ("0\n", "1\n")
]


@pytest.mark.parametrize("case", REPORTS, ids=lambda case: case.name)
def test_the_report_of_every_case_is_what_the_schema_says(case: Path, tmp_path: Path) -> None:
    line = re.sub(r"--format \S+", "", (case / "cmd").read_text(encoding="utf-8")).strip()
    done = commands.run_here(f"{line} --format json", case, tmp_path)
    validator("report").validate(json.loads(done.stdout))


def test_the_records_of_jsonl_are_parts_of_a_report() -> None:
    text = (REPO / "tests" / "cases" / "jsonl" / "stdout").read_text(encoding="utf-8")
    first, *records = map(json.loads, text.splitlines())
    assert first["schema"] == "promptlint-report/1"
    schema = json.loads((SCHEMAS / "report.json").read_text(encoding="utf-8"))
    kinds = [record.pop("type") for record in records]
    assert {"input", "request", "pair", "finding"} <= set(kinds)
    for kind, record in zip(kinds, records, strict=True):
        if kind in schema["$defs"]:
            one = {"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]}
            jsonschema.Draft202012Validator(one).validate(record)


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_rule_files_are_what_the_schema_says(path: Path) -> None:
    validator("rule").validate(loaded(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("changed", "valid"),
    [
        ({}, True),
        ({"status": "preview"}, True),
        ({"status": "new"}, False),
        ({"code": "kv1"}, False),
        ({"name": "No Name"}, False),
        ({"severity": "fatal"}, False),
        ({"scope": "everything"}, False),
        ({"scope": ["request", "pair"]}, True),
        ({"then": {"function": "guess"}}, False),
        ({"then": {"options": {}}}, False),
        ({"options": {"limit": {"type": "integer", "default": 3}}}, True),
        ({"options": {"limit": {"default": 3}}}, False),
        ({"unknown": 1}, False),
        ({"cases": {"valid": [{"name": "a", "request": {}}]}}, False),
    ],
)
def test_the_schema_and_the_check_agree_on_a_rule(changed: dict[str, Any], valid: bool) -> None:
    given = {
        "code": "TT901",
        "name": "a-rule",
        "summary": "Says no.",
        "severity": "error",
        "scope": "request",
        "message": "no",
        "why": "Because.",
        "instead": "Say yes.",
        "given": "#all-text",
        "then": {"function": "pattern", "options": {"match": "no"}},
        "cases": {"valid": [{"name": "a", "request": {}}], "invalid": [{"name": "b", "request": {}, "found": [{}]}]},
    }
    document = {**given, **changed}
    assert validator("rule").is_valid(document) == valid
    if valid:
        rule_of(ConfigFile(Path("a-rule.yaml"), document, {}), "folder")
    else:
        with pytest.raises(ConfigError):
            rule_of(ConfigFile(Path("a-rule.yaml"), document, {}), "folder")
