"""Whole commands: cold, warm and without a cache they print the same bytes; and what is kept can be emptied."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.commands import run

CASES = Path(__file__).parent / "cases"


def test_a_warm_run_prints_what_a_cold_one_does(tiny_model: Path, tmp_path: Path) -> None:
    line = f"promptlint diff before.json after.json --model {shlex.quote(str(tiny_model))} --format json"
    cold, again, none, warm = (
        run(f"{line} {more}", CASES / "clock", tmp_path) for more in ("", "", "--no-cache", "--today 2000-01-01")
    )
    assert (cold.returncode, cold.stderr) == (1, "")
    assert cold.stdout == again.stdout == none.stdout == warm.stdout
    kept = [path.suffix for path in (tmp_path / ".cache" / "promptlint").iterdir()]
    assert sorted(kept) == ["", ".TAG", ".report", ".report", ".rules", ".segments"]


def test_without_a_cache_nothing_is_kept(tiny_model: Path, tmp_path: Path) -> None:
    line = f"promptlint check . --no-cache --model {shlex.quote(str(tiny_model))}"
    assert run(line, CASES / "clock", tmp_path).returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_can_be_emptied(tiny_model: Path, tmp_path: Path) -> None:
    run(f"promptlint check . --model {shlex.quote(str(tiny_model))}", CASES / "clock", tmp_path)
    done = run("promptlint cache clean", tmp_path, tmp_path)
    assert (done.returncode, done.stdout.split()[0]) == (0, "removed")
    assert not (tmp_path / ".cache" / "promptlint").exists()
    assert run("promptlint cache clean", tmp_path, tmp_path).stdout == "nothing to remove\n"
