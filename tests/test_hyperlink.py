"""Which terminals have links, and which addresses reach one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint import hyperlink


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "foot-extra"}, True),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"VTE_VERSION": "7600"}, True),
        ({"VTE_VERSION": "5000"}, False),
        ({"VTE_VERSION": "0.50.2"}, False),
        ({"WT_SESSION": "6f2e"}, True),
        ({"KONSOLE_VERSION": "230804", "TERM": "tmux-256color"}, False),
        ({"TERM_PROGRAM": "WezTerm", "TMUX": "/run/tmux,1,0"}, False),
        ({"TERM_PROGRAM": "vscode", "CI": "true"}, False),
        ({"TERM_PROGRAM": "vscode", "NO_COLOR": "1"}, False),
        ({"VTE_VERSION": "7600", "TERM": "dumb"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
        ({"FORCE_HYPERLINK": "1", "TMUX": "/run/tmux,1,0"}, True),
        ({"FORCE_HYPERLINK": "0", "TERM": "xterm-kitty"}, False),
        ({"FORCE_HYPERLINK": "", "TERM": "xterm-kitty"}, True),
    ],
)
def test_links_where_the_terminal_is_known_to_have_them(environment: dict[str, str], shown: bool) -> None:
    assert hyperlink.are_shown(environment) is shown


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://github.com/a/b/issues/1?x=%20#c", "https://github.com/a/b/issues/1?x=%20#c"),
        ("https://example.org/a b/日\x1b\\\x07", "https://example.org/a%20b/%E6%97%A5%1B%5C%07"),
        ("http://example.org", None),
        ("javascript:alert(1)", None),
        ("https:///nobody", None),
        ("https://[", None),
        ("relative/path", None),
        ("", None),
    ],
)
def test_only_addresses_of_the_web_and_of_files(url: str, address: str | None) -> None:
    assert hyperlink.allowed(url) == address
    assert hyperlink.linked("x", url) == ("x" if address is None else f"\x1b]8;;{address}\x1b\\x\x1b]8;;\x1b\\")


@given(st.text())
def test_nothing_of_an_address_ends_the_escape(text: str) -> None:
    address = hyperlink.allowed(f"https://example.org/{text}")
    assert address is None or (address.isascii() and address.isprintable() and " " not in address)


def test_a_file_that_is_there_has_an_address_with_its_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "desk")
    found = tmp_path / "a b\x1b#.json"
    found.write_text("{}", encoding="utf-8")
    address = hyperlink.file_url(str(found))
    assert address == f"file://desk{tmp_path.as_uri().removeprefix('file://')}/a%20b%1B%23.json"
    assert hyperlink.allowed(address) == address


@pytest.mark.parametrize("path", ["-", "HEAD~1:golden/a.json", "a\0b", "x" * 5000])
def test_what_is_no_file_has_none(path: str) -> None:
    assert hyperlink.file_url(path) is None
