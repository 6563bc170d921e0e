"""What a command starts before it knows what it is asked: the vocabulary, where it is sure to be needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from promptlint.commands.given import prestart
from promptlint.sandbox import process


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path / "cache"))
    yield tmp_path / "cache"
    for command in ("templates", "vocabulary"):
        process.fresh(command).close()  # the spare, if there is one


def begun(*references: str, **given: Any) -> list[tuple[Any, ...]]:
    """What children were told to open."""
    prestart({"references": references, "template": None, "no_cache": False, **given})
    keys = list(process._begun)
    for key in keys:
        child = process.begun(*key)
        assert child is not None
        child.close()
    return keys


def test_the_vocabulary_of_the_model_that_was_named(tiny_model: Path) -> None:
    assert begun(str(tiny_model)) == [("vocabulary", "folder", str(tiny_model), None)]
    assert [key[:2] for key in begun("builtin")] == [("vocabulary", "builtin")]


def test_nothing_where_it_may_not_be_needed(tiny_model: Path, cache: Path) -> None:
    model = str(tiny_model)
    assert begun() == []
    assert begun(model, "builtin") == []
    assert begun(model, template="t.jinja") == []
    assert begun("http://127.0.0.1:9") == []
    assert begun("no/such/folder/anywhere") == []
    cache.mkdir()
    (cache / "0a1b.segments").write_bytes(b"")
    assert begun(model) == []
    assert len(begun(model, no_cache=True)) == 1
