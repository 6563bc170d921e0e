"""What is said of an engine in a config or on the command line: values of the kinds that its options have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint import config
from promptlint.config_checks import Check, shown
from promptlint.config_entries import engine_options, paths, provider_facts, rule_options
from promptlint.config_file import ConfigFile
from promptlint.errors import ConfigError

HERE = Check(ConfigFile(Path("promptlint.yaml"), {}, {}), ("engine-options",), online=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slots", 4),
        ("cache-ram", -1),  # no limit
        ("cache-ram", 0),
        ("slot-prompt-similarity", 0.5),
        ("slot-prompt-similarity", 1),  # a whole number is a number
        ("swa-full", True),
        ("cache-prompt", False),
        ("memory", "recurrent"),
    ],
)
def test_each_option_takes_values_of_its_kind(name: str, value: Any) -> None:
    found = engine_options(HERE, {name: value})
    assert found == {name: value}
    assert type(found[name]) is type(value)


@pytest.mark.parametrize(
    ("name", "value", "message", "hint"),
    [
        ("cache-ram", -2, "cache-ram must be a number of -1 or more", None),
        ("window", 0, "window must be a number of 1 or more", None),
        ("slots", "4", "slots must be a number of 1 or more", None),
        ("slots", True, "slots must be a number of 1 or more", None),
        ("slots", 1.5, "slots must be a number of 1 or more", None),
        ("slots", None, "slots must be a number of 1 or more", None),
        ("slot-prompt-similarity", float("nan"), "slot-prompt-similarity must be a number of 0 or more", None),
        ("slot-prompt-similarity", float("inf"), "slot-prompt-similarity must be a number of 0 or more", None),
        ("swa-full", 1, "swa-full must be true or false, not a number", None),
        ("swa-full", "true", "swa-full must be true or false, not a text", None),
        ("memory", "recurent", "memory cannot be 'recurent'", "did you mean 'recurrent'?"),
        ("memory", 3, "memory cannot be a number", "one of full, window, recurrent"),
        ("memory", ["full"], "memory cannot be a list", "did you mean 'full'?"),
        ("blocksize", 16, "unknown key 'engine-options.blocksize'", "did you mean 'block-size'?"),
    ],
)
def test_what_an_option_cannot_be_is_said(name: str, value: Any, message: str, hint: str | None) -> None:
    with pytest.raises(ConfigError) as caught:
        engine_options(HERE, {name: value})
    assert str(caught.value).removeprefix("engine-options.") == message
    assert hint in (None, caught.value.hint)


def test_the_command_line_has_the_last_word_and_says_that_it_was_it(tmp_path: Path) -> None:
    path = tmp_path / "promptlint.yaml"
    path.write_text("engine-options: {block-size: 32}", encoding="utf-8")
    given = {"engine-options": {"block-size": 64, "eagle": True}}
    merged = config.settings(given, path=str(path))
    assert config.options(merged).engine_options == given["engine-options"]
    with pytest.raises(ConfigError, match="block-size must be a number of 1 or more") as caught:
        config.settings({"engine-options": {"block-size": 1.5}}, path=str(path))
    assert caught.value.where == "--engine-option"


def test_what_is_known_of_a_hosted_api_stays_as_it_is_said() -> None:
    facts = {"price": 3, "read": 0.1, "block": 64, "caches": True, "source": "a test of 2026"}
    assert provider_facts(HERE, {"xai": {"grok": facts}}) == {"xai": {"grok": facts}}


def test_an_option_of_a_rule_is_whatever_json_can_say() -> None:
    given = {"names": ["a", {"b": None}], "most": 3, "share": 0.5, "strict": True}
    assert rule_options(HERE, {"some-rule": given})["some-rule"].values == given


def test_a_path_or_some_lead_on_from_the_folder_of_the_config() -> None:
    here = Check(ConfigFile(Path("ci/promptlint.yaml"), {}, {}), ("rules",), online=False)
    assert paths(here, "mine") == ("ci/mine",)
    assert paths(here, ["mine", "../theirs"]) == ("ci/mine", "theirs")


def test_a_path_on_another_drive_is_shown_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> str:
        raise ValueError(f"path is on another drive: {path}")

    monkeypatch.setattr("os.path.relpath", refuse)
    assert shown(Path("D:/captures/a.json")) == Path("D:/captures/a.json")


def test_a_server_has_no_number_of_slots_that_no_memory_holds() -> None:
    with pytest.raises(ConfigError, match="must be a number of at most 256"):
        engine_options(HERE, {"slots": 10**20})
