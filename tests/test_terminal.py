from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint import terminal
from promptlint.errors import UsageError
from promptlint.terminal import Terminal


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "watched", "colour"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colour(environment: dict[str, str], watched: bool, colour: bool) -> None:
    assert terminal.look_at(Screen() if watched else io.StringIO(), environment).colour is colour


def test_eighty_columns_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert terminal.look_at(io.StringIO(), {}).width == 80
    assert terminal.look_at(Screen(), {}).width == 100
    assert terminal.look_at(Screen(), {"CI": "true"}).width == 80


def test_blocks_only_where_the_encoding_has_them() -> None:
    ascii_stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert not terminal.look_at(ascii_stream, {}).unicode
    assert terminal.look_at(io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), {}).unicode


def test_style_only_in_colour() -> None:
    assert Terminal().style("x", "bold", "red") == "x"
    assert Terminal(colour=True).style("x", "bold", "red") == "\x1b[1;31mx\x1b[0m"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ü, 日本語, 🎉", "plain, ü, 日本語, 🎉"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("user\u202etxt.exe", "user\\u202etxt.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("no-break\xa0space", "no-break\\xa0space"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_safe(text: str, shown: str) -> None:
    assert terminal.safe(text) == shown


@given(st.text())
def test_safe_is_one_printable_line(text: str) -> None:
    assert terminal.safe(text).isprintable()
    assert terminal.safe(terminal.safe(text)) == terminal.safe(text)


def test_safe_lines_keeps_its_own_breaks_and_tabs_only() -> None:
    assert terminal.safe_lines("a\n\tb\x1b[2J\\n\r") == "a\n\tb\\x1b[2J\\n\\r"


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ("::error::x", "\\x3a:error::x"),
        ("a\n \t::set-env", "a\n \t\\x3a:set-env"),
        ("std::vector", "std::vector"),
        ("x ##[group]y", "x \\x23#[group]y"),
        ("##vso[task]", "\\x23#vso[task]"),
        ("##teamcity[x]", "\\x23#teamcity[x]"),
        ("## [a heading](link)", "## [a heading](link)"),
    ],
)
def test_no_orders_to_a_ci_service(output: str, shown: str) -> None:
    assert terminal.harmless(output) == shown


def test_columns() -> None:
    assert [terminal.columns(text) for text in ("abc", "日本", "e\u0301", "🎉")] == [3, 4, 1, 2]


@given(st.text(), st.integers(1, 30))
def test_cut_fits(text: str, width: int) -> None:
    cut = terminal.cut(text, width)
    assert terminal.columns(cut) <= width
    assert cut == terminal.safe(text) or cut.endswith("…")


def test_head_and_tail_keep_escapes_whole() -> None:
    assert terminal.head("a\nb", 2) == "a"
    assert terminal.tail("a\nb", 2) == "b"
    assert terminal.tail("a\nb", 3) == "\\nb"


def test_a_reader_that_has_gone_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        terminal.print_to(stream, "x" * 100_000)
        terminal.print_to(stream, "and more")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_one() -> None:
    with Path("/dev/full").open("w") as stream, pytest.raises(UsageError, match="No space left"):
        terminal.print_to(stream, "x")


def test_streams_that_are_closed() -> None:
    assert terminal.look_at(None) == Terminal()
    with pytest.raises(UsageError, match="the stream is closed"):
        terminal.print_to(None, "x")


def test_a_file_of_output(tmp_path: Path) -> None:
    terminal.write_file(f"{tmp_path}/x", "é\n\ud800")
    assert (tmp_path / "x").read_bytes() == b"\xc3\xa9\n\\ud800"
    with pytest.raises(UsageError, match="cannot write: No such file") as caught:
        terminal.write_file(f"{tmp_path}/no/x", "")
    assert caught.value.where == f"{tmp_path}/no/x"
