"""What the README shows is what comes out. PROMPTLINT_WRITE_CASES=1 writes it instead of comparing."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from promptlint.lint import catalogue
from promptlint.lint.runner import active_rules
from tests import commands

REPO = Path(__file__).resolve().parents[1]
README = REPO / "README.md"
BLOCK = re.compile(r"^```console\n\$ (?P<line>promptlint [^\n]*)\n(?P<shown>.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = list(BLOCK.finditer(README.read_text(encoding="utf-8")))


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_shown_output(block: re.Match[str], tmp_path: Path) -> None:
    done = commands.run(block["line"], REPO, tmp_path)
    assert done.stderr == ""
    if os.environ.get("PROMPTLINT_WRITE_CASES"):
        text = README.read_text(encoding="utf-8")
        README.write_text(text.replace(block[0], f"```console\n$ {block['line']}\n{done.stdout}```"), encoding="utf-8")
    else:
        assert done.stdout == block["shown"]


def test_every_console_block_is_run() -> None:
    assert README.read_text(encoding="utf-8").count("```console") == len(BLOCKS) > 0


def test_yaml_config_is_accepted(tmp_path: Path) -> None:
    from promptlint import config

    text = README.read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S)
    first, second = (block for block in blocks if block.startswith(("models:", "captures:")))
    path = tmp_path / "promptlint.yaml"
    path.write_text(first, encoding="utf-8")
    assert config.options(config.settings({}, path=str(path))).engine == "vllm"
    path.write_text(second, encoding="utf-8")
    found = config.options(config.settings({}, path=str(path))).lint
    active_rules(catalogue.load(), found)  # every selector and option in it fits a rule
    assert len(found.ignores) == len(found.breaks) == len(found.sessions) == 1


GROUPS = {
    "input": "the files",
    "volatile": "what changes by itself",
    "layout": "where things stand",
    "tools": "tools and their calls",
    "history": "earlier turns",
    "template": "the chat template",
    "cache": "the prefix and its markers",
}


def rule_table() -> str:
    """The rules of each folder, as the README lists them."""
    lines = ["| about | rules |", "|---|---|"]
    rules = list(catalogue.load().values())
    assert {Path(rule.path).parent.name for rule in rules} == set(GROUPS)
    for folder, about in GROUPS.items():
        names = ", ".join(f"{rule.code} {rule.name}" for rule in rules if Path(rule.path).parent.name == folder)
        lines.append(f"| {about} | {names} |")
    return "\n".join(lines)


def test_the_rule_table_is_that_of_the_rules() -> None:
    text = README.read_text(encoding="utf-8")
    table = re.search(r"<!-- rules -->\n(.*?)\n?<!-- end of rules -->", text, re.S)
    assert table is not None
    if os.environ.get("PROMPTLINT_WRITE_CASES"):
        README.write_text(text.replace(table[0], f"<!-- rules -->\n{rule_table()}\n<!-- end of rules -->"), "utf-8")
    else:
        assert table[1] == rule_table()
