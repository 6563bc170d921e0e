from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import ConfigError
from promptlint.lint import catalogue
from promptlint.lint.testing import run_cases
from tests.lint import rules


def test_the_bundled_rules_are_complete() -> None:
    found = catalogue.load(with_cases=True)
    assert list(found) == sorted(found)
    for rule in found.values():
        assert rule.source == "bundled"
        assert rule.since
        assert rule.references, f"{rule.name} names no public report"
        assert sum(case.valid for case in rule.cases) >= 3, f"{rule.name} has fewer than three decoys"
        assert Path(rule.path).stem == rule.name
        assert rule.hint.endswith("."), f"{rule.name}: the first sentence of `instead` is the hint"


def test_reading_without_cases_gives_the_same_rules() -> None:
    quick, whole = catalogue.load(), catalogue.load(with_cases=True)
    assert list(quick) == list(whole)
    for code, rule in quick.items():
        other = whole[code]
        assert (rule.message, rule.then, rule.options, rule.instead, rule.evidence, rule.general) == (
            other.message,
            other.then,
            other.options,
            other.instead,
            other.evidence,
            other.general,
        )


def test_a_folder_of_rules(tmp_path: Path) -> None:
    rules.write(tmp_path)
    found = catalogue.load([str(tmp_path)])
    assert found["KV901"].source == "folder"
    assert run_cases([found["KV901"]]).problems == ()


def test_python_rules_need_a_word_of_the_user(tmp_path: Path) -> None:
    rules.write(tmp_path, python=rules.PYTHON, then=None, given=None, cases=_whole_texts())
    with pytest.raises(ConfigError, match="no-shipping is a Python rule") as caught:
        catalogue.load([str(tmp_path)])
    assert "--allow-code" in (caught.value.hint or "")
    found = catalogue.load([str(tmp_path)], allow_code=True)
    assert run_cases([found["KV901"]]).problems == ()


def _whole_texts() -> dict[str, Any]:
    invalid = [{"name": "the word", "request": rules.BODY, "found": [{"text": "Ship it now."}]}]
    return {**rules.RULE["cases"], "invalid": invalid}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def chek(context, options): ...", "no-shipping has no check"),
        ("raise RuntimeError('no')", "cannot be loaded: RuntimeError: no"),
        ("def check(:", "cannot be loaded: SyntaxError"),
        ("import not_a_module_of_ours", "cannot be loaded: ModuleNotFoundError"),
    ],
)
def test_a_broken_python_rule(tmp_path: Path, code: str, message: str) -> None:
    path = rules.write(tmp_path, python=code, then=None, given=None)
    with pytest.raises(ConfigError, match=message) as caught:
        catalogue.load([str(tmp_path)], allow_code=True)
    assert (caught.value.where or "").startswith(str(path.with_suffix(".py")))


def test_a_rule_without_any_check(tmp_path: Path) -> None:
    path = rules.write(tmp_path, then=None, given=None)
    with pytest.raises(ConfigError, match="no-shipping has no check") as caught:
        catalogue.load([str(tmp_path)], allow_code=True)
    assert caught.value.where == str(path)
    assert "no-shipping.py" in (caught.value.hint or "")


def test_then_and_code_are_one_too_many(tmp_path: Path) -> None:
    rules.write(tmp_path, python=rules.PYTHON)
    with pytest.raises(ConfigError, match="a then and a Python check"):
        catalogue.load([str(tmp_path)], allow_code=True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "the code KV901 is used twice"),
        ({"code": "KV601", "name": "mine"}, "the code KV601 is used twice"),
        ({"code": "KV902"}, "the name no-shipping is used twice"),
    ],
)
def test_codes_and_names_are_used_once(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    rules.write(tmp_path, "first")
    second = rules.write(tmp_path, "second", **changes)
    with pytest.raises(ConfigError, match=message) as caught:
        catalogue.load([str(tmp_path)])
    assert caught.value.where == str(second)


def test_python_rules_of_two_folders_do_not_share_a_file_name(tmp_path: Path) -> None:
    first, second = tmp_path / "ours", tmp_path / "theirs"
    first.mkdir()
    second.mkdir()
    earlier = rules.write(first, "mine")
    rules.write(second, "mine", code="KV902", name="mine-too")
    folders = [str(first), str(second)]
    assert {"KV901", "KV902"} <= catalogue.load(folders).keys()
    later = rules.write(second, "mine", python=rules.PYTHON, then=None, given=None, code="KV902", name="mine-too")
    with pytest.raises(ConfigError, match="two rule files are called mine") as caught:
        catalogue.load(folders, allow_code=True)
    assert (caught.value.where, caught.value.hint) == (str(later), f"also {earlier}")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    for name in ("rules", "r" * 300, "r\0"):
        with pytest.raises(ConfigError, match="no folder of rules"):
            catalogue.load([str(tmp_path / name)])


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with rules, as pip lays it out."""
    package = tmp_path / "acme_prompt_rules"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('looking for rules runs no code')\n", encoding="utf-8")
    info = tmp_path / "acme_prompt_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-prompt-rules\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[promptlint.rules]\nacme = acme_prompt_rules\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()
    return package


def test_an_installed_package_of_rules(installed: Path) -> None:
    rules.write(installed, python=rules.PYTHON, then=None, given=None, cases=_whole_texts())
    found = catalogue.load()
    assert found["KV901"].source == "package"
    assert run_cases([found["KV901"]]).problems == ()


def test_a_broken_rule_of_a_package(installed: Path) -> None:
    path = rules.write(installed, severity="fatal")
    with pytest.raises(ConfigError, match="severity cannot be 'fatal'") as caught:
        catalogue.load()
    assert (caught.value.where or "").startswith(f"{path}:")


@pytest.mark.parametrize("value", ["acme_gone", "acme_prompt_rules.inner"])
def test_an_entry_point_that_leads_nowhere(installed: Path, value: str) -> None:
    entry = installed.parent / "acme_prompt_rules-1.0.dist-info" / "entry_points.txt"
    entry.write_text(f"[promptlint.rules]\nacme = {value}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"the rule package 'acme' \({value}\) has no folder"):
        catalogue.load()
