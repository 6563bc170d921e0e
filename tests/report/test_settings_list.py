"""`promptlint config`: what is said of the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from promptlint import cli, config
from promptlint.report.settings_list import as_json, lines
from promptlint.terminal import Terminal


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()  # the search for a config ends here
    return tmp_path


def test_each_value_says_where_it_comes_from(folder: Path) -> None:
    (folder / "promptlint.yaml").write_text(
        "model: builtin\noptions: {prefix-too-short: {max-lost-tokens: 64}}\n"
        "ignores:\n- {rules: KV1, reason: known, until: 2027-03-01}\nfail-on: info\n",
        encoding="utf-8",
    )
    shown = list(lines(config.settings({"fail-on": "never", "select": ("KV1,KV2",)}), Terminal(width=120)))
    given = [line.split(maxsplit=1) for line in shown[1 : shown.index("default:")]]
    assert dict(given) == {
        "model": "builtin  (promptlint.yaml:1)",
        "options": '{"prefix-too-short": {"max-lost-tokens": 64}}  (promptlint.yaml:2)',
        "ignores": '[{"rules": "KV1", "reason": "known", "until": "2027-03-01"}]  (promptlint.yaml:3)',
        "fail-on": "never  (--fail-on)",
        "select": '["KV1", "KV2"]  (--select)',
        "folder": ".  (promptlint.yaml)",
    }
    assert "  min-severity      info" in shown
    assert "  engine            -" in shown


def test_a_baseline_that_counts_by_being_there_is_shown(folder: Path) -> None:
    (folder / ".promptlint-baseline.jsonl").write_text("", encoding="utf-8")
    assert "  baseline          .promptlint-baseline.jsonl  (it is there)" in lines(config.settings({}), Terminal())


def test_without_anything_given_all_is_default(folder: Path) -> None:
    shown = list(lines(config.settings({}), Terminal()))
    assert shown[0] == "default:"
    assert len(shown) == 1 + len(config.DEFAULTS)


def test_values_of_others_reach_no_terminal_raw_and_fit_its_width(folder: Path) -> None:
    (folder / "promptlint.yaml").write_text(f'model: "a\\e[31m{"b" * 200}"\n', encoding="utf-8")
    shown = list(lines(config.settings({}), Terminal()))
    assert not any("\x1b" in line for line in shown)
    assert max(map(len, shown)) <= Terminal().width


def test_scripts_get_every_setting(folder: Path) -> None:
    (folder / "promptlint.yaml").write_text("prefill-rate: {1000: 1, 2000: 2, 4000: 5}\n", encoding="utf-8")
    found = json.loads(as_json(config.settings({})))["settings"]
    assert found.keys() == config.DEFAULTS.keys()
    measured = {"1000": 1, "2000": 2, "4000": 5}
    assert found["prefill-rate"] == {"value": measured, "origin": "promptlint.yaml:1"}


def test_the_command_takes_what_check_takes(folder: Path) -> None:
    shown = CliRunner().invoke(cli.main, ["config", "--model", "builtin", "--format", "json"])
    assert json.loads(shown.output)["settings"]["model"] == {"value": "builtin", "origin": "--model"}
