"""The rules of the house that no other tool checks."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from promptlint import cli, config, engine, report
from promptlint.commands import given, options
from promptlint.render.profile import PROFILES
from promptlint.report import prompt

REPO = Path(__file__).resolve().parents[1]
PACKAGE = REPO / "promptlint"
MODULES = sorted(PACKAGE.rglob("*.py"))
# Each imports only what stands before it; only __init__ may name anything, and loads it late.
LAYERS = [
    "records",
    "file_state",
    "builtin",
    "common_prefix",
    "token_ids",
    "disk_cache",
    "latest",
    "engine",
    "errors",
    "progress",
    "unpacked",
    "stretch",
    "cost",
    "redaction",
    "about_rule",
    "model",
    "usual",
    "options",
    "pricing",
    "globs",
    "file_names",
    "whole_file",
    "hyperlink",
    "terminal",
    "progress_bar",
    "positions",
    "config_toml",
    "config_file",
    "json_path",
    "config_checks",
    "config_entries",
    "config_prices",
    "config",
    "dialect",
    "answer",
    "capture",
    "git",
    "selection",
    "conversation",
    "collection",
    "companions",
    "tokens",
    "render",
    "sandbox",
    "prompt_encoder",
    "model_arguments",
    "local_model",
    "server",
    "recording",
    "model_choice",
    "template_card",
    "comparison",
    "lint",
    "basis",
    "reading",
    "session_view",
    "reuse",
    "verification",
    "examination",
    "assembly",
    "pipeline",
    "textconv",
    "baselines",
    "testing",
    "starting_config",
    "api",
    "report",
    "recorded",
    "pytest_plugin",
    "stability",
    "commands",
    "cli",
    "__main__",
]
BACKWARDS = {("model", "report")}  # Report.to_dict, inside the method: people look for it on the report
HEAVY = {"aiohttp", "deepdiff", "huggingface_hub", "jinja2", "numpy", "rich", "tokenizers", "tomllib", "yaml"}
# Small ones add up: the time until --help and the list of rules are there is nearly all of it imports.
LATE_IN_RULE_OF_A_NAME = {
    "csv",
    "difflib",
    "email",
    "hashlib",
    "hmac",
    "importlib.metadata",
    "importlib.resources",
    "importlib.util",
    "promptlint.comparison",
    "promptlint.lint.context",
    "promptlint.lint.detect",
    "promptlint.model",
    "promptlint.options",
    "secrets",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
}
LATE_IN_RULE = LATE_IN_RULE_OF_A_NAME | {"json", "promptlint.lint.catalogue", "promptlint.lint.rule"}
# Of these click has shutil for the width of a help text.
LATE = (LATE_IN_RULE - {"shutil"}) | {"dataclasses", "pathlib", "promptlint.config", "promptlint.terminal"}
LONGEST_MODULE = 300


def layer(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def imported(path: Path) -> Iterator[str]:
    """Modules of ours that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "promptlint":
            yield from (f"promptlint.{alias.name}" for alias in node.names if alias.name != "__version__")
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_imports_go_one_way() -> None:
    wrong = []
    for path in MODULES:
        own = layer(".".join(path.relative_to(REPO).with_suffix("").parts))
        for module in imported(path):
            other = layer(module) if module.startswith("promptlint.") else own
            backwards = own != "__init__" and LAYERS.index(other) > LAYERS.index(own)
            if backwards and (own, other) not in BACKWARDS:
                wrong.append(f"{path.relative_to(REPO)} imports {module}")
    assert wrong == []


def test_modules_are_short() -> None:
    lengths = {str(path.relative_to(REPO)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


@pytest.mark.parametrize(
    ("code", "late"),
    [
        ("import promptlint", HEAVY | LATE),
        ("from promptlint.__main__ import main; main(['--help'])", HEAVY | LATE),
        ("from promptlint.__main__ import main; main(['diff', '--help'])", HEAVY | LATE),
        ("from promptlint.__main__ import main; main(['rule'])", HEAVY | LATE_IN_RULE),
        ("from promptlint.__main__ import main; main(['rule', 'KV101'])", HEAVY - {"yaml"} | LATE_IN_RULE_OF_A_NAME),
    ],
    ids=["import", "help", "help of a command", "rules", "a rule"],
)
def test_nothing_heavy_is_imported_before_there_is_work(code: str, late: set[str]) -> None:
    # What a tool that measures these processes has imported is not ours.
    program = f"import sys; there = set(sys.modules); {code}; print(*sorted(set(sys.modules) - there), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "promptlint" in done.stderr.split()
    assert late.isdisjoint(done.stderr.split())


def test_the_literals_of_the_command_line_are_those_of_the_registries() -> None:
    assert tuple(PROFILES) == engine.LOCAL
    assert tuple(report.FORMATS) == options.REPORT_FORMATS
    assert tuple(prompt.FORMATS) == options.PROMPT_FORMATS
    assert config.FAIL_ON == options.FAIL_ON
    assert set(given.FROM_COMMAND_LINE) <= set(config.DEFAULTS)
    assert set(config.CHECKS) <= set(config.DEFAULTS)


def test_hooks_start_commands_that_exist() -> None:
    hooks = yaml.safe_load((REPO / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for hook in hooks:
        program, command, *arguments = hook["entry"].split()
        assert program == "promptlint"
        assert set(arguments) <= {name for option in cli.main.commands[command].params for name in option.opts}


@pytest.mark.skipif("PROMPTLINT_WHEEL" not in os.environ, reason="PROMPTLINT_WHEEL names no wheel; .ci/run builds one")
def test_the_wheel_holds_what_git_holds() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "promptlint", "rules"], cwd=REPO, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    expected = {f"promptlint/{name}" if name.startswith("rules/") else name for name in listed}
    names = zipfile.ZipFile(os.environ["PROMPTLINT_WHEEL"]).namelist()
    assert {name for name in names if ".dist-info/" not in name} == expected
