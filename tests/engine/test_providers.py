"""The data file of hosted APIs: dated, whole, and found by however a gateway spells the name of a model."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

import pytest

from promptlint.engine.providers import FACTS, Facts, as_of, document, facts, fits


@pytest.mark.parametrize(
    ("name", "model", "fit"),
    [
        ("*", None, True),
        ("opus-5", None, False),
        ("opus-5", "us.anthropic.claude-opus-5-v1:0", True),
        ("opus-5", "claude-opus-5-20260801", True),
        ("opus-5", "claude-opus-5.5", False),
        ("gpt-4.1", "openai/gpt-4.1-mini", True),
        ("gpt-5.5", "gpt-5.50", False),
        ("o3", "o3-mini", True),
        ("o3", "foo3", False),
        ("3-opus", "claude-1-3-opus", False),
        ("gpt-5.6+", "gpt-5.6-mini", True),
        ("gpt-5.6+", "gpt-6.1-sol", True),
        ("gpt-5.6+", "gpt-6", True),
        ("gpt-5.6+", "gpt-5.5", False),
        ("gpt-5.6+", "gpt-5-2026-01-01", False),
        ("gpt-5.6+", "gpt-4o", False),
        ("gpt-5.6+", "gpt-oss-120b", False),
        ("v4*-flash", "deepseek-v4.1-flash", True),
    ],
)
def test_a_name_fits_a_model(name: str, model: str | None, fit: bool) -> None:
    assert fits(name, model) is fit


def test_what_the_documents_say() -> None:
    assert facts("anthropic", "claude-sonnet-5-5").read == 0.05
    assert facts("anthropic", "claude-fable-5-1").read == 0.025
    assert facts("bedrock", "claude-opus-4-8").minimum == 1024
    assert facts("bedrock", "amazon.nova-pro-v1:0").minimum == 1000
    assert (facts("openai", "gpt-5.6").write, facts("openai", "gpt-5.6").write_long) == (1.25, 2.5)
    assert [facts("openai", name).read for name in ("gpt-4o", "gpt-4.1", "gpt-5.2", "gpt-6.1-sol")] == [
        0.5,
        0.25,
        0.1,
        0.05,
    ]
    assert facts("nobody", "x") == Facts()


def test_the_last_entry_that_fits_wins_and_the_config_over_all() -> None:
    overrides = {"anthropic": {"*": {"price": 3}, "opus-5": {"minimum": 700}}}
    found = facts("anthropic", "claude-opus-5", overrides)
    assert (found.minimum, found.price, found.read) == (700, 3, 0.1)
    assert facts("anthropic", "claude-opus-4-6", overrides).minimum == 4096


def test_every_entry_says_its_source_and_nothing_that_is_not_known() -> None:
    assert as_of() == "2026-11-21"
    assert set(FACTS) == {field.name.replace("_", "-") for field in fields(Facts)}
    for entries in document()["providers"].values():
        for name, entry in entries.items():
            if name != "like":
                assert set(entry) <= set(FACTS)
                assert entry["source"].split()[0].rstrip(",") in ("doc", "obs", "unv", "the")


def test_the_names_of_engines_need_no_data_file() -> None:
    program = "import sys, promptlint.config, promptlint.engine.hosted; print('yaml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
