"""The process around the commands, where it has other streams than a terminal's."""

from __future__ import annotations

import io
import sys

import pytest

from promptlint import __version__
from promptlint.__main__ import main


def test_a_notebook_has_streams_that_are_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    shown, told = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setattr(sys, "stderr", told)
    assert main(["--version"]) == 0
    assert __version__ in shown.getvalue()
    assert main(["render", "none.json"]) == 2
    assert told.getvalue().startswith("error: none.json: KV001 unreadable-input: ")


def test_without_standard_error_the_exit_code_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["no-such-command"]) == 2
