"""Whole command runs: each folder of tests/cases has its files, `cmd`, and what must come out, to the last character.

`stdout` and `exit` are always there; `stderr` only where something is expected on it. PROMPTLINT_WRITE_CASES=1 writes
what comes out now instead of comparing: read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import commands

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/cmd"))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    done = commands.run(text(case / "cmd"), case, tmp_path)
    found = {"stdout": done.stdout, "stderr": done.stderr, "exit": f"{done.returncode}\n"}
    if os.environ.get("PROMPTLINT_WRITE_CASES"):
        write(case, found)
    assert found == {name: text(case / name) for name in found}


def write(case: Path, found: dict[str, str]) -> None:
    for name, content in found.items():
        if content or name != "stderr":
            (case / name).write_text(content, encoding="utf-8")
        else:
            (case / name).unlink(missing_ok=True)


def test_there_are_cases() -> None:
    assert CASES
