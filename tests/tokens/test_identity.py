"""The hash of a tokenizer: what changes it, and what has none."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from promptlint.tokens import identity
from promptlint.tokens.identity import tokenizer_identity

FILES = {"tokenizer.json": "{}", "tokenizer_config.json": "{}", "special_tokens_map.json": "{}"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_each_file_counts_and_whether_it_is_there(folder: Path, name: str) -> None:
    own = tokenizer_identity(str(folder))
    (folder / name).write_text("", encoding="utf-8")
    empty = tokenizer_identity(str(folder))
    (folder / name).unlink()
    assert len({own, empty, tokenizer_identity(str(folder))}) == 3


def test_what_no_tokenizer_is_made_of_does_not_count(folder: Path) -> None:
    own = tokenizer_identity(str(folder))
    (folder / "chat_template.jinja").write_text("{{ messages }}", encoding="utf-8")
    assert tokenizer_identity(str(folder)) == own


def test_text_that_moves_to_the_next_file_is_another_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}{}", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text("", encoding="utf-8")
    one = tokenizer_identity(str(folder))
    (folder / "tokenizer.json").write_text("", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text("{}{}", encoding="utf-8")
    assert one != tokenizer_identity(str(folder))


def test_a_file_that_is_none_has_no_hash(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.json").mkdir()
    assert tokenizer_identity(str(folder)) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    os.mkfifo(folder / "tokenizer.json")
    assert tokenizer_identity(str(folder)) is None


def test_a_file_of_any_size_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "MOST_BYTES", 1)
    assert tokenizer_identity(str(folder)) is None


def test_another_version_of_the_library_is_another_tokenizer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tokenizer_identity(str(folder))
    monkeypatch.setattr(identity, "_library", lambda: "tokenizers-0.0.1.dist-info")
    assert tokenizer_identity(str(folder)) not in (own, None)


def test_a_library_that_nobody_can_tell_the_version_of_has_no_hash(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert tokenizer_identity(str(folder)) is None
