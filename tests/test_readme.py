"""What the README shows is what comes out. PROMPTLINT_WRITE_CASES=1 writes it instead of comparing."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

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
    (example,) = (block for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S) if "models:" in block)
    path = tmp_path / "promptlint.yaml"
    path.write_text(example, encoding="utf-8")
    assert config.options(config.settings({}, path=str(path))).engine == "vllm"
