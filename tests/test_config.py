from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint import config
from promptlint.config import Setting
from promptlint.errors import ConfigError
from tests.report import example

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
    return caught.value.where, str(caught.value), caught.value.hint  # type: ignore[return-value]


def test_every_key_and_where_it_came_from(repo: Path) -> None:
    (repo / "promptlint.yaml").write_text(CONFIG)
    settings = merged(engine="vllm", fail_on=None)
    assert settings["engine"] == Setting("vllm", "--engine")
    assert settings["models"] == Setting({"qwen3*": "qwen", "gpt-*": "builtin"}, "promptlint.yaml:2")
    assert settings[config.MAX_LOST_TOKENS] == Setting(8, "promptlint.yaml:7")
    assert settings["fail-on"] == Setting("warning", "promptlint.yaml:8")
    assert settings["online"] == Setting(False, "default")


def test_options_and_verdict(repo: Path) -> None:
    (repo / "promptlint.yaml").write_text(CONFIG)
    options = config.options(merged(template_arg={"x": 1}, require_exact=True))
    assert (options.engine, options.max_lost_tokens, options.template_arguments) == ("llama.cpp", 8, {"x": 1})
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
    assert merged()[config.MAX_LOST_TOKENS] == Setting(3, "pyproject.toml:7")


def test_a_pyproject_without_our_table_is_passed_by(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo / "a").mkdir()
    (repo / "a" / "pyproject.toml").write_text('[project]\nname = "uses-promptlint"\n')
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
        ("a: 1", ":1", "unknown key 'a'", "one of model, models, engine, fail-on, options"),
        ("options:\n  x: {y: 1}", ":2", "unknown key 'options.x'", "one of prefix-too-short"),
        ("options: 3", ":1", "options must be a mapping, not a number", None),
        (
            "options:\n  prefix-too-short:\n    max-lost: 1",
            ":3",
            "unknown key 'options.prefix-too-short.max-lost'",
            None,
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


def test_max_lost_tokens_is_a_count(repo: Path) -> None:
    for value, shown in (("-1", "-1"), ("true", "True"), ("x", "a text"), ("1.5", "a number")):
        _, message, _ = refusal(repo, f"options: {{prefix-too-short: {{max-lost-tokens: {value}}}}}")
        assert message == f"options.prefix-too-short.max-lost-tokens must be a number from 0, not {shown}"


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
        assert message.endswith("names a server")  # type: ignore[union-attr]
        assert hint == "give it with --model, or allow it with --online"


def test_with_online_it_can(repo: Path) -> None:
    (repo / "promptlint.yaml").write_text("model: http://127.0.0.1:8080")
    assert merged(online=True)["model"].value == "http://127.0.0.1:8080"
    assert "names a server" in str(refusal(repo, 'model: "//host/share"', online=True)[1])
