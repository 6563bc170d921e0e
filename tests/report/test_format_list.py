"""The list of `promptlint formats`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from promptlint import cli
from promptlint.capture import FORMATS
from promptlint.capture.foreign import transcripts
from promptlint.dialect import DIALECTS
from promptlint.report.format_list import as_json, lines
from promptlint.terminal import Terminal, columns


def test_every_format_has_a_line_of_its_own() -> None:
    shown = list(lines(Terminal()))
    assert [line.split()[0] for line in shown if line.split(" ")[0] in FORMATS] == list(FORMATS)
    assert shown[0].split() == ["key", "order", "tools", "system", "cached"]


def test_what_a_format_keeps_stands_below_the_head() -> None:
    head, *shown = lines(Terminal())
    for name, module in FORMATS.items():
        line = next(line for line in shown if line.startswith(f"{name} "))
        kept = [line[head.index(word) :].split()[0] for word in ("key order", "tools", "system", "cached")]
        about = module.ABOUT
        expected = (about.key_order, about.tools, about.system, about.cached_tokens)
        assert kept == ["yes" if one else "-" for one in expected]


def test_every_title_and_note_is_there_whole() -> None:
    words = " ".join(" ".join(lines(Terminal())).split())
    for module in FORMATS.values():
        assert module.ABOUT.title in words
        assert (module.ABOUT.note or "") in words


def test_apis_and_transcripts_are_listed() -> None:
    words = " ".join(" ".join(lines(Terminal())).split())
    assert ", ".join(DIALECTS) in words
    assert ", ".join(transcripts()) in words


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(columns, lines(Terminal(width=width)))) <= width


def test_a_narrow_terminal_gets_all_of_it() -> None:
    assert "".join("".join(lines(Terminal(width=40))).split()) == "".join("".join(lines(Terminal())).split())


def test_a_pipe_gets_no_colour() -> None:
    assert "\x1b" not in "".join(lines(Terminal()))
    assert "\x1b[2m" in next(iter(lines(Terminal(colour=True))))


def test_scripts_get_the_same() -> None:
    document = json.loads(as_json())
    assert [one["name"] for one in document["formats"]] == list(FORMATS)
    assert document["dialects"] == list(DIALECTS)
    assert document["transcripts"] == list(transcripts())
    assert document["formats"][0].keys() == {
        "name", "title", "key_order", "tools", "system", "cached_tokens", "note",
    }  # fmt: skip  # laid out by hand, to be read as a table


def test_the_command_prints_it() -> None:
    runner = CliRunner()
    assert runner.invoke(cli.main, ["formats"]).output == "".join(f"{line}\n" for line in lines(Terminal()))
    assert runner.invoke(cli.main, ["formats", "--format", "json"]).output == as_json()
