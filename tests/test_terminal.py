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
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
        ({"CLICOLOR": "0"}, True, False),
        ({"CLICOLOR": "1"}, False, False),
        ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"CLICOLOR_FORCE": "0"}, False, False),
        ({"CI": "true"}, False, False),
        ({"CI": "true", "FORCE_COLOR": "1"}, False, True),
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


@pytest.mark.parametrize("screen", [Terminal(), Terminal(unicode=False)], ids=["unicode", "ascii"])
@given(text=st.text(), width=st.integers(3, 30))
def test_what_is_cut_fits(screen: Terminal, text: str, width: int) -> None:
    for shorten in (screen.cut, screen.cut_left, screen.cut_middle):
        found = shorten(text, width)
        assert terminal.columns(found) <= width
        assert found == screen.safe(text) or screen.ellipsis in found
        assert found.isprintable()
        assert found.isascii() or screen.unicode


def test_a_cut_keeps_the_end_that_tells_and_escapes_whole() -> None:
    screen = Terminal()
    assert screen.cut("a\nbcd", 3) == "a…"
    assert screen.cut("a\nbcd", 4) == "a\\n…"
    assert screen.cut_left("bcd\na", 3) == "…a"
    assert screen.cut_left("models/qwen3-8b", 9) == "…qwen3-8b"
    assert screen.cut_middle("models/qwen3-8b", 9) == "mode…3-8b"
    assert screen.cut_middle("models/qwen3-8b", 15) == "models/qwen3-8b"
    assert terminal.cut("models/qwen3-8b", 9) == "models/q…"
    assert Terminal(unicode=False).cut_left("Grüße", 8) == "...\\xdfe"
    assert screen.cut("", 0) == ""


def test_links_only_on_a_terminal_and_our_own_codes_take_no_columns() -> None:
    environment = {"FORCE_HYPERLINK": "1"}
    assert not terminal.look_at(io.StringIO(), environment).links
    screen = terminal.look_at(Screen(), environment)
    linked = screen.link("KV101", "https://example.org/")
    assert linked == "\x1b]8;;https://example.org/\x1b\\KV101\x1b]8;;\x1b\\"
    assert terminal.columns(screen.style(linked, "bold", "red")) == 5
    assert screen.link("KV101", None) == "KV101"
    assert screen.link_file("here", __file__).count("file://") == 1
    assert screen.link_file("gone", f"{__file__}.gone") == "gone"
    assert Terminal().link("KV101", "https://example.org/") == Terminal().link_file("KV101", __file__) == "KV101"


@pytest.mark.parametrize(
    ("environment", "animated"), [({}, True), ({"TERM": "dumb"}, False), ({"CI": "true"}, False), ({"CI": ""}, True)]
)
def test_lines_are_taken_back_only_where_a_screen_can(environment: dict[str, str], animated: bool) -> None:
    assert terminal.is_animated(Screen(), environment) is animated
    assert not terminal.is_animated(io.StringIO(), environment)
    assert not terminal.is_animated(None, environment)


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
