"""`prefill-rate` of a config: a rate, a setup, measurements, and what none of them is."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint import config
from promptlint.engine.price import Fit, Rate, setup
from promptlint.errors import ConfigError


def read(folder: Path, text: str) -> object:
    path = folder / "promptlint.yaml"
    path.write_text(f"prefill-rate: {text}\n", encoding="utf-8")
    return config.options(config.settings({}, path=str(path))).prefill_rate


def test_a_rate_a_setup_and_measurements(tmp_path: Path) -> None:
    assert read(tmp_path, "2400") == Rate(2400.0)
    assert read(tmp_path, "m1-max-8b") == setup("m1-max-8b")
    found = read(tmp_path, "{1000: 0.44, 8700: 3.0, 32000: 12.0}")
    assert isinstance(found, Fit)
    assert [found.cold(tokens) for tokens in (1000, 8700, 32_000)] == pytest.approx([0.44, 3.0, 12.0])
    assert found.seconds(1).assumption.endswith("(given, 3 measurements)")


def test_the_command_line_has_the_last_word(tmp_path: Path) -> None:
    path = tmp_path / "promptlint.yaml"
    path.write_text("prefill-rate: 10", encoding="utf-8")
    assert config.options(config.settings({"prefill-rate": 20.0}, path=str(path))).prefill_rate == Rate(20.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0", "must be between 0.001 and 1,000,000,000"),
        (".nan", "must be between"),
        (".inf", "must be between"),
        ("true", "must be a number, not true or false"),
        ("[1]", "must be a number, not a list"),
        ("null", "must be a number, not nothing"),
        ('"3000"', "cannot be '3000'"),
        ("rtx", "cannot be 'rtx'"),
        ("{}", "does not fit: 0 measurements are not enough"),
        ("{1: 1, 2: 2}", "does not fit: 2 measurements are not enough"),
        ("{1: 1, 01: 2, 001: 3}", "does not fit: 1 measurements are not enough"),
        ("{1: 1, 2: 2, 0: 3}", "does not fit: tokens and seconds of a measurement are above 0"),
        ("{1000000: 1, 1000001: 0.000001, 1000002: 1}", "does not fit: measurements so close to each other tell"),
        ("{1: 1, 2: 2, -3: 3}", "-3 must be a number of tokens"),
        ("{1: 1, 2: 2, ten: 3}", "ten must be a number of tokens"),
        ("{1: 1, 2: 2, 9999999999: 3}", "9999999999 must be a number of tokens"),
        ("{1: 1, 2: 2, 3: x}", "prefill-rate.3 must be a number, not a text"),
        ("{1: 1, 2: 2, 3: -1}", "prefill-rate.3 must be between"),
    ],
)
def test_what_is_none_of_them(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert (caught.value.where or "").endswith("promptlint.yaml:1")


def test_a_wrong_name_is_told_the_right_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, "rtx")
    assert (caught.value.hint or "").startswith("tokens per second, or one of rtx-5090-qwen3.8-27b, ")
