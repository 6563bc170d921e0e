from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from promptlint import config
from promptlint.config import Setting
from promptlint.errors import ConfigError, UsageError
from promptlint.model import Suppressed
from promptlint.options import Break, Ignore, LintOptions, Options, RuleOptions
from tests.report import example

REASON = 'reason: "why this is known and stays", for whoever reads it next'
CONFIG = """\
# how this project is linted
models:
  "qwen3*": qwen
  "gpt-*": builtin
engine: llama.cpp
options:
  prefix-too-short: {max-lost-tokens: 8}
fail-on: warning
"""


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, the root of a repository."""
    folder = tmp_path / "repo"
    (folder / ".git").mkdir(parents=True)
    (folder / "qwen").mkdir()
    monkeypatch.chdir(folder)
    return folder


def merged(**given: Any) -> dict[str, Setting]:
    return dict(config.settings({name.replace("_", "-"): value for name, value in given.items()}))


def refusal(repo: Path, text: str, name: str = "promptlint.yaml", **given: Any) -> tuple[str, str | None, str | None]:
    """Where, what and the hint of the error that a config meets."""
    (repo / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        merged(**given)
    return caught.value.where, str(caught.value), caught.value.hint  # type: ignore[return-value]  # it is there


def test_every_key_and_where_it_came_from(repo: Path) -> None:
    (repo / "promptlint.yaml").write_text(CONFIG)
    settings = merged(engine="vllm", fail_on=None)
    assert settings["engine"] == Setting("vllm", "--engine")
    assert settings["models"] == Setting({"qwen3*": "qwen", "gpt-*": "builtin"}, "promptlint.yaml:2")
    assert settings["options"].value == {
        "prefix-too-short": RuleOptions(
            {"max-lost-tokens": 8}, {"max-lost-tokens": "promptlint.yaml:7"}, "promptlint.yaml:7"
        )
    }
    assert settings["fail-on"] == Setting("warning", "promptlint.yaml:8")
    assert settings["online"] == Setting(False, "default")


def max_lost_tokens(options: Options) -> Any:
    return options.lint.rule_options["prefix-too-short"].values["max-lost-tokens"]


def test_options_and_verdict(repo: Path) -> None:
    (repo / "promptlint.yaml").write_text(CONFIG)
    options = config.options(merged(template_arg={"x": 1}, require_exact=True))
    assert (options.engine, max_lost_tokens(options), options.template_arguments) == ("llama.cpp", 8, {"x": 1})
    assert options.require_exact
    assert config.verdict(merged()).fail_on == "warning"
    assert config.verdict(merged(fail_on="never")).fail_on is None


@pytest.mark.parametrize(("fail_on", "code"), [(None, 1), ("error", 1), ("warning", 1), ("info", 1), ("never", 0)])
def test_exit_code_of_an_error(repo: Path, fail_on: str | None, code: int) -> None:
    assert config.exit_code(merged(fail_on=fail_on), example.report()) == code
    assert config.exit_code(merged(fail_on=fail_on), example.report(findings=())) == 0


@pytest.mark.parametrize(("fail_on", "code"), [(None, 0), ("error", 0), ("warning", 1), ("info", 1), ("never", 0)])
def test_exit_code_of_a_warning(repo: Path, fail_on: str | None, code: int) -> None:
    assert config.exit_code(merged(fail_on=fail_on), example.report(findings=(example.WARNING,))) == code


def test_what_fails_the_run_and_is_not_shown_is_counted(repo: Path) -> None:
    known = replace(example.WARNING, suppressed=Suppressed("config", "known"))
    report = example.report(findings=(example.FINDING, example.WARNING, known))
    for least, fail_on, hidden in (
        ("error", "info", 1),
        ("error", "error", 0),
        ("info", "info", 0),
        ("error", "never", 0),
    ):
        assert config.hidden(merged(min_severity=least, fail_on=fail_on), report) == hidden


@pytest.mark.parametrize("reference", ["/models/qwen", "org/name", "builtin", "a" * 5000])
def test_what_is_no_path_beside_the_config_stays_as_written(repo: Path, reference: str) -> None:
    (repo / "promptlint.yaml").write_text(f"model: {reference}")
    assert merged()["model"].value == reference


def test_a_model_of_the_command_line_replaces_the_map(repo: Path) -> None:
    (repo / "promptlint.yaml").write_text(CONFIG)
    options = config.options(merged(model="other"))
    assert (options.model, options.models) == ("other", {})


def test_without_a_config_there_are_the_defaults(repo: Path) -> None:
    assert {setting.origin for setting in merged().values()} == {"default"}


def test_the_nearest_one_counts(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo / "a" / "b").mkdir(parents=True)
    (repo / "promptlint.yaml").write_text("engine: vllm")
    (repo / "a" / "promptlint.yaml").write_text("engine: sglang")
    monkeypatch.chdir(repo / "a" / "b")
    assert merged()["engine"] == Setting("sglang", "../promptlint.yaml:1")


def test_the_search_stops_at_the_root_of_the_repository(repo: Path) -> None:
    (repo.parent / "promptlint.yaml").write_text("engine: vllm")
    assert merged()["engine"].origin == "default"
    (repo / ".git").rmdir()
    assert merged()["engine"].value == "vllm"


def test_pyproject(repo: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.promptlint]\nengine = "vllm"\n[tool.promptlint.options]\n'
    (repo / "pyproject.toml").write_text(text + "prefix-too-short.max-lost-tokens = 3\n")
    assert merged()["engine"] == Setting("vllm", "pyproject.toml:5")
    assert max_lost_tokens(config.options(merged())) == 3
    assert merged()["options"].value["prefix-too-short"].origins == {"max-lost-tokens": "pyproject.toml:7"}


@pytest.mark.parametrize(
    "text",
    [
        '[tool]\npromptlint = {engine = "vllm"}',
        '[tool]\npromptlint.engine = "vllm"',
        '[ tool . promptlint ]\nengine = "vllm"',
        '["tool"."promptlint"]\nengine = "vllm"',
        "['tool'.promptlint]\nengine = 'vllm'",
        'tool.promptlint.engine = "vllm"',
        'tool = {promptlint = {engine = "vllm"}}',
        '[tool.other]\nx = 1\n[tool."promptlint"]\nengine = "vllm"',
    ],
)
def test_our_table_has_many_spellings(repo: Path, text: str) -> None:
    (repo / "pyproject.toml").write_text(text)
    assert merged()["engine"].value == "vllm"


@pytest.mark.parametrize(
    "text", ['[project]\nname = "uses-promptlint"\n', "[tool.promptlint-report]\nengine = 'sglang'\n"]
)
def test_a_pyproject_without_our_table_is_passed_by(repo: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (repo / "a").mkdir()
    (repo / "a" / "pyproject.toml").write_text(text)
    (repo / "promptlint.yaml").write_text("engine: vllm")
    monkeypatch.chdir(repo / "a")
    assert merged()["engine"].value == "vllm"
    with pytest.raises(ConfigError, match=r"no \[tool.promptlint\] table"):
        config.settings({}, path="pyproject.toml")


def test_a_config_that_was_named(repo: Path) -> None:
    (repo / "other.yaml").write_text("engine: vllm")
    assert config.settings({}, path="other.yaml")["engine"] == Setting("vllm", "other.yaml:1")
    with pytest.raises(ConfigError, match="No such file"):
        config.settings({}, path="missing.yaml")


def test_model_paths_are_relative_to_the_config(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo / "a").mkdir()
    (repo / "promptlint.yaml").write_text("models: {a: qwen, b: ./later, c: org/name, d: m.gguf, e: builtin}")
    (repo / "builtin").mkdir()
    monkeypatch.chdir(repo / "a")
    assert merged()["models"].value == {
        "a": "../qwen",
        "b": "../later",
        "c": "org/name",
        "d": "../m.gguf",
        "e": "builtin",
    }


@pytest.mark.parametrize(
    ("text", "where", "message", "hint"),
    [
        ("engin: vllm", ":1", "unknown key 'engin'", "did you mean 'engine'?"),
        ("a: 1", ":1", "unknown key 'a'", f"one of {', '.join(config.CHECKS)}"),
        ("options: 3", ":1", "options must be a mapping, not a number", None),
        ("options:\n  x: 3", ":2", "options.x must be a mapping, not a number", None),
        ("options:\n  x:\n    y: {z: [2026-01-02]}", ":3", "options.x.y.z.0 must be JSON, not a date", "quote it"),
        ("options: {x: {y: .nan}}", ":1", "options.x.y must be JSON, not nan", None),
        ("options: {x: {y: !!binary YQ==}}", ":1", "options.x.y must be JSON, not bytes", None),
        (f"options: {{x: {{y: 0x{'f' * 5000}}}}}", ":1", "options.x.y must be JSON, not a number", None),
        ("engine-options: [a]", ":1", "engine-options must be a mapping, not a list", None),
        ("engine-options:\n  slot: 1", ":2", "unknown key 'engine-options.slot'", "did you mean 'slots'?"),
        ("engine-options: {slots: 0}", ":1", "engine-options.slots must be a number of 1 or more", None),
        ('engine-options: {slots: "1"}', ":1", "engine-options.slots must be a number of 1 or more", None),
        ("engine-options: {slots: true}", ":1", "engine-options.slots must be a number of 1 or more", None),
        ("engine-options: {slots: 1.0}", ":1", "engine-options.slots must be a number of 1 or more", None),
        ("providers: {anthropc: {}}", ":1", "unknown key 'providers.anthropc'", "did you mean 'anthropic'?"),
        (
            "providers:\n  xai:\n    grok: {blok: 1}",
            ":3",
            "unknown key 'providers.xai.grok.blok'",
            "did you mean 'block'?",
        ),
        ("providers: {xai: {grok: 1}}", ":1", "providers.xai.grok must be a mapping, not a number", None),
        ("providers: {xai: {grok: {block: 0}}}", ":1", "providers.xai.grok.block must be a number of 1 or more", None),
        ("providers: {xai: {g: {block: 1.5}}}", ":1", "providers.xai.g.block must be a whole number, not 1.5", None),
        ("providers: {xai: {g: {block: all}}}", ":1", "providers.xai.g.block must be a number, not a text", None),
        (
            "providers: {xai: {g: {block: true}}}",
            ":1",
            "providers.xai.g.block must be a number, not true or false",
            None,
        ),
        ("providers: {xai: {g: {source: 1}}}", ":1", "providers.xai.g.source must be a text, not a number", None),
        ("providers: {xai: {g: {read: .nan}}}", ":1", "providers.xai.g.read must be a number of 0 or more", None),
        (
            "providers: {xai: {g: {caches: 1}}}",
            ":1",
            "providers.xai.g.caches must be true or false, not a number",
            None,
        ),
        ("engine-options: {slots: null}", ":1", "engine-options.slots must be a number of 1 or more", None),
        ("captures: {a: b}", ":1", "captures must be a text or a list of texts, not a mapping", None),
        ("captures:\n - a\n - 3", ":3", "captures.1 must be a text, not a number", None),
        ('captures: [" "]', ":1", "captures.0 must not be empty", None),
        ('captures: ["a\\0b"]', ":1", "captures.0 holds a NUL character", None),
        ("sessions: [a]", ":1", "sessions.0 must be a list, not a text", None),
        ("sessions:\n - [a]\n - []", ":3", "sessions.1 must name captures", None),
        ("select: 3", ":1", "select must be a text or a list of texts, not a number", None),
        ("severity: {KV1: eror}", ":1", "severity.KV1 cannot be 'eror'", "did you mean 'error'?"),
        ("severity: [KV1]", ":1", "severity must be a mapping, not a list", None),
        ("per-file-ignores:\n  'a/**': [1]", ":2", "per-file-ignores.a/**.0 must be a text, not a number", None),
        ("rules: [3]", ":1", "rules.0 must be a text, not a number", None),
        ("min-severity: never", ":1", "min-severity cannot be 'never'", "one of info, warning, error"),
        ("redact:\n- gihub", ":2", "redact.0 cannot be 'gihub'", "did you mean 'github'?"),
        ("baseline: false", ":1", "baseline must be a text, not true or false", None),
        ("breaks:\n- after: a", ":2", "breaks.0 has no reason", REASON),
        ("breaks:\n- {after: a, reason: ''}", ":2", "breaks.0.reason must not be empty", None),
        ("breaks:\n- {reason: a}", ":2", "breaks.0 has no after", None),
        ("breaks: {after: a}", ":1", "breaks must be a list, not a mapping", None),
        ("breaks: [a]", ":1", "breaks.0 must be a mapping, not a text", None),
        (
            "breaks:\n- after: a\n  raeson: b",
            ":3",
            "unknown key 'breaks.0.raeson'",
            "did you mean 'reason'?",
        ),
        ("ignores:\n\n- rules: KV1", ":3", "ignores.0 has no reason", REASON),
        ("ignores: [{reason: a}]", ":1", "ignores.0 has no rules", None),
        ("ignores: [{reason: a, rules: []}]", ":1", "ignores.0.rules must name a rule", None),
        (
            "ignores:\n- rules: KV1\n  reason: a\n  file: b",
            ":4",
            "unknown key 'ignores.0.file'",
            "did you mean 'files'?",
        ),
        (
            "ignores:\n- rules: KV1\n  reason: a\n  path: $..a",
            ":4",
            "ignores.0.path cannot be read from '..a' on",
            'names, indexes and [*] alone, as in "$.messages[*].content"',
        ),
        (
            "ignores: [{rules: KV1, reason: a, until: 2027-03-01T10:00:00}]",
            ":1",
            "ignores.0.until must be a date such as 2027-03-01, not a time",
            None,
        ),
        (
            "ignores: [{rules: KV1, reason: a, until: soon}]",
            ":1",
            "ignores.0.until must be a date such as 2027-03-01, not 'soon'",
            None,
        ),
        (
            "ignores: [{rules: KV1, reason: a, until: '2027-02-29'}]",
            ":1",
            "ignores.0.until is no day of the calendar: 2027-02-29",
            None,
        ),
        (
            "engine: vllm\nallow-code: true",
            ":2",
            "allow-code is for the command line alone",
            "a config comes with a pull request; say --allow-code where promptlint is started",
        ),
        ("engine: 3", ":1", "engine cannot be a number", None),
        ("engine: vlm", ":1", "engine cannot be 'vlm'", "did you mean 'vllm'?"),
        ("fail-on: no", ":1", "fail-on cannot be true or false", None),
        ("model: [a]", ":1", "model must be a model reference, not a list", None),
        ("model: ''", ":1", "model must be a model reference, not a text", None),
        ("\nmodels: {a: 3}", ":2", "models.a must be a model reference, not a number", None),
        ("models: x", ":1", "models must map patterns to model references, not a text", None),
        ("model: a\nmodels: {}", ":2", "model and models exclude each other", None),
        ("engine: vllm\nengine: vllm", ":2:1", "the key 'engine' stands here twice", None),
        ("model: &a x\nengine: *a", ":1:8", "aliases (*name) are not supported here", None),
        ("model: !!python/name:os.system x", ":1:8", None, None),
        ("- a\n- b", ":1:1", "the config must be a mapping of keys to values", None),
        ("model: [", ":1:9", None, None),
        ("[" * 20_000, "", None, None),
        ("? [a]\n: b", ":1:3", "a key must be a plain name", None),
        ("model: 2026-99-99", ":1:8", "this is no timestamp", "quote it"),
        ("model: !!bool x", ":1:8", "this is no bool", None),
        ('model: !!int ""', ":1:8", "this is no int", None),
        ("model: !!timestamp x", ":1:8", "this is no timestamp", None),
        (f"model: {'1:' * 9_000}1.5", ":1:8", "this is no float", None),
        (f"model: {'1' * 5000}", ":1:8", "this is no int", None),
        ("a\x00b", "", None, None),
        ("x: 1\n" * 20_000, "", "the config is larger than 65536 bytes", None),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    repo: Path, text: str, where: str, message: str | None, hint: str | None
) -> None:
    found = refusal(repo, text)
    assert found[0] == f"promptlint.yaml{where}"
    assert message in (None, found[1])
    assert hint in (None, found[2])


def test_everything_that_the_linter_is_told(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo / "promptlint.yaml").write_text(LINTED)
    (repo / "sub").mkdir()
    monkeypatch.chdir(repo / "sub")
    options = config.options(merged())
    at = "../promptlint.yaml:{}".format
    assert options.lint == LintOptions(
        select=("KV1", "KV3"),
        ignore=("KV102",),
        extend_select=("prefix-too-short",),
        severity={"tool-set-changed": "warning"},
        per_file_ignores={"tests/golden/legacy/**": ("KV1", "KV102"), "x/*": ("KV1",)},
        selector_origins={
            ("select", "KV1"): at(6),
            ("select", "KV3"): at(7),
            ("ignore", "KV102"): at(8),
            ("extend-select", "prefix-too-short"): at(9),
            ("severity", "tool-set-changed"): at(10),
            ("per-file-ignores", "KV1"): at(12),
            ("per-file-ignores", "KV102"): at(12),
        },
        rule_folders=("../ci/prompt-rules",),
        rule_options={
            "system-role-mid-messages": RuleOptions({"allow": "tail"}, {"allow": at(16)}, at(15)),
            "KV303": RuleOptions({}, {}, at(17)),
        },
        ignores=(
            Ignore(
                ("history-compacted", "KV405"),
                ("**/compaction-*.json",),
                "$.messages[*]",
                "declared boundary",
                date(2027, 3, 1),
                at(25),
            ),
            Ignore(("KV1",), (), None, "a long reason", date(2027, 3, 2), at(30)),
        ),
        breaks=(
            Break("../tests/golden/compaction-2.json", "history is compacted here", at(22)),
            Break("../a/**/b.json#-1", "b", at(23)),
        ),
        baseline="../.promptlint-baseline.jsonl",
        captures=("tests/golden/**/*.json",),
        sessions=(("../tests/golden/turn-1.json", "../tests/golden/turn-2.json#0"), ("/a.json",)),
        folder="..",
        min_severity="warning",
    )
    assert options.engine_options == {"slots": 1}
    assert options.providers == {"anthropic": {"*": {"price": 3, "lifetimes": ("5m",), "caches": True}}}
    assert merged()["redact"] == Setting(("github", "sarif"), at(21))


LINTED = """\
engine-options: {slots: 1}
captures: ["tests/golden/**/*.json"]
sessions:
  - [tests/golden/turn-1.json, "tests/golden/turn-2.json#0"]
  - [/a.json]
select: [KV1,
  KV3]
ignore: KV102
extend-select: [prefix-too-short]
severity: {tool-set-changed: warning}
per-file-ignores:
  "tests/golden/legacy/**": [KV1, KV102]
  "x/*": KV1
options:
  system-role-mid-messages:
    allow: tail
  KV303: {}
rules: [ci/prompt-rules]
baseline: .promptlint-baseline.jsonl
min-severity: warning
redact: [github, sarif]
breaks: [{after: "tests/golden/compaction-2.json", reason: "history is compacted here"},
  {after: "./a/**/b.json#-1", reason: b}]
ignores:
  - rules: [history-compacted, KV405]
    files: ["**/compaction-*.json"]
    path: "$.messages[*]"
    reason: "declared boundary"
    until: 2027-03-01
  - {rules: KV1, reason: "a  long\n      reason", until: "2027-03-02"}
providers: {anthropic: {"*": {price: 3, lifetimes: [5m], caches: true}}}
"""


def test_without_a_config_the_linter_has_its_defaults(repo: Path) -> None:
    assert config.options(merged()) == Options()
    (repo / "promptlint.yaml").write_text("engine: vllm")
    assert config.options(merged()) == Options(engine="vllm")


def test_the_command_line_over_the_config(repo: Path) -> None:
    (repo / "promptlint.yaml").write_text(
        "select: [KV1]\nignore: [KV102]\nextend-select: [KV2]\nmin-severity: error\nbaseline: a.jsonl"
    )
    lint = config.lint_options(
        merged(
            select=("KV3, KV4", "clock-in-system-prompt"),
            ignore="KV301",
            extend_select=(),
            allow_code=True,
            today="2026-05-17",
            min_severity="info",
            baseline="sub/b.jsonl",
        )
    )
    assert lint == LintOptions(
        select=("KV3", "KV4", "clock-in-system-prompt"),
        ignore=("KV301",),
        extend_select=("KV2",),
        selector_origins={
            ("select", "KV3"): "--select",
            ("select", "KV4"): "--select",
            ("select", "clock-in-system-prompt"): "--select",
            ("ignore", "KV301"): "--ignore",
            ("extend-select", "KV2"): "promptlint.yaml:3",
        },
        allow_code=True,
        baseline="sub/b.jsonl",
        today=date(2026, 5, 17),
    )
    assert config.lint_options(merged(no_baseline=True)).baseline is None
    assert config.lint_options(merged()).baseline == "a.jsonl"


def test_what_is_wrong_on_the_command_line(repo: Path) -> None:
    with pytest.raises(ConfigError, match="today must be a date such as 2027-03-01, not 'tomorrow'") as caught:
        merged(today="tomorrow")
    assert caught.value.where == "--today"
    with pytest.raises(UsageError, match="--baseline and --no-baseline exclude each other"):
        merged(baseline="a", no_baseline=True)
    with pytest.raises(UsageError, match="--select names no rule"):  # an empty variable of some script
        merged(select=("", " , "))


def test_lists_of_tables_in_toml(repo: Path) -> None:
    text = """\
[tool.promptlint]
select = ["KV1"]
[[tool.promptlint.ignores]]
rules = ["KV101"]
reason = "a"
[[tool.promptlint.ignores]] # the next
rules = "KV102"
reason = "b"
until = 2027-03-01
"""
    (repo / "pyproject.toml").write_text(text)
    assert config.lint_options(merged()).ignores == (
        Ignore(("KV101",), (), None, "a", None, "pyproject.toml:3"),
        Ignore(("KV102",), (), None, "b", date(2027, 3, 1), "pyproject.toml:6"),
    )
    assert refusal(repo, text + "unil = 3\n", "pyproject.toml") == (
        "pyproject.toml:10",
        "unknown key 'ignores.1.unil'",
        "did you mean 'until'?",
    )


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[tool.promptlint]\nengin = 1", ":2"),
        ("[tool]\npromptlint = {engin = 1}", ""),
        ("[tool.promptlint\n", ""),
        ("[tool]\npromptlint = 1", ""),
        ('[tool.promptlint]\n"engine" = 1', ":2"),
        (f"[tool.promptlint]\nmodel = {'1' * 5000}", ""),
        # Read by tomllib, each of these would take tens of gigabytes.
        (f"[tool.promptlint]\n{'a.' * 100_000}a = 1", ""),
        (f"[tool.promptlint]\n{'a . ' * 100_000}a = 1", ""),
        ("[tool.promptlint]\n" + r'"\"".' * 100_000 + "a = 1", ""),
        (f"[tool.promptlint.{'a.' * 100_000}a]", ""),
    ],
)
def test_what_is_wrong_in_toml(repo: Path, text: str, where: str) -> None:
    assert refusal(repo, text, "pyproject.toml")[0] == f"pyproject.toml{where}"


def test_long_texts_in_toml_take_no_time(repo: Path) -> None:
    text = f'[tool.promptlint]\nengine = "vllm"\n[x]\ny = """\n{"a" * 450_000}\n{"." * 450_000}\n"""'
    (repo / "pyproject.toml").write_text(text)
    assert merged()["engine"].value == "vllm"


def test_folders_that_cannot_be_seen(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "is_file", refuse)
        assert merged()["engine"].origin == "default"
    monkeypatch.setattr(Path, "cwd", refuse)
    with pytest.raises(ConfigError, match="the working folder cannot be seen: Permission denied"):
        merged()


def test_text_that_is_no_utf_8(repo: Path) -> None:
    (repo / "promptlint.yaml").write_bytes(b"model: \xff")
    with pytest.raises(ConfigError, match="not UTF-8"):
        merged()


@pytest.mark.parametrize(
    "reference",
    ["http://127.0.0.1:8080", "HTTPS://x.example/a", "ftp://x", r"\\\\host\\share", "//host/share", "file:///etc"],
)
def test_a_config_cannot_make_us_call_a_server(repo: Path, reference: str) -> None:
    for text in (f'model: "{reference}"', f'models: {{a: "{reference}"}}'):
        _, message, hint = refusal(repo, text, offline=True)
        assert message.endswith("names a server")  # type: ignore[union-attr]  # it is there
        assert hint == "give it with --model, or allow it with --online"


def test_with_online_it_can(repo: Path) -> None:
    (repo / "promptlint.yaml").write_text("model: http://127.0.0.1:8080")
    assert merged(online=True)["model"].value == "http://127.0.0.1:8080"
    assert "names a server" in str(refusal(repo, 'model: "//host/share"', online=True)[1])
