"""How the embedded vocabulary is made, with little text."""

from __future__ import annotations

import platform
import runpy
import sys
from collections import Counter
from pathlib import Path

import pytest
import tokenizers
from tokenizers import Tokenizer

from promptlint.builtin import corpus, traffic, train

MODULE = '''"""What the module is for,
in two lines."""

# A remark
# of two lines.
value = 1


def function() -> None:
    r"""Raw \\d words."""
    "no docstring"
'''


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A standard library of one module."""
    path = tmp_path / "module.py"
    path.write_text(MODULE, encoding="utf-8")
    monkeypatch.setattr(corpus, "stdlib_files", lambda: [path])
    return path


def test_docstrings_and_remarks_are_prose(library: Path) -> None:
    *_, last = corpus.stdlib_prose()
    assert last == "What the module is for, in two lines.\n\nA remark of two lines.\n\nRaw \\d words."


@pytest.mark.parametrize("broken", ["x = '''\n", "if x:\n        a\n    b\n"])
def test_a_module_that_is_no_python_gives_what_stands_before_the_fault(library: Path, broken: str) -> None:
    library.write_text(f'"""Words."""\n{broken}', encoding="utf-8")
    *_, last = corpus.stdlib_prose()
    assert last == "Words."


def test_each_source_has_its_weight(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "stdlib_prose", lambda: iter(["prose"]))
    monkeypatch.setattr(traffic, "documents", lambda: iter(["a request"]))
    texts = list(corpus.texts())
    assert texts[0] == MODULE
    seen = Counter(texts)
    assert (seen["prose"], seen["a request"]) == (corpus.PROSE_WEIGHT, 1)
    assert seen[next(corpus.words())] == corpus.WORD_WEIGHT
    assert {seen[line] for line in corpus.letters()} == {corpus.LETTER_WEIGHT}
    assert seen["\n".join(map(chr, range(0xAC00, 0xD7A4)))] == corpus.LARGE_WEIGHT
    assert texts == list(corpus.texts())


def test_the_letters_are_those_of_the_scripts_that_are_named() -> None:
    letters = "\n".join(corpus.letters())
    assert {"é", "ω", "я", "ש", "ع", "त", "ก", "ひ", "カ", "的", "🎉"} <= set(letters)
    assert not letters.isascii()
    assert "\ufffd" not in letters


def trained(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Tokenizer:
    """What the program writes, from two sentences."""
    texts = ["the quick brown fox jumps over the lazy dog"] * 3
    monkeypatch.setattr(corpus, "texts", lambda: iter(texts))
    monkeypatch.setattr(sys, "argv", ["train", str(folder)])
    runpy.run_path(train.__file__, run_name="__main__")
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def test_the_program_writes_a_tokenizer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = trained(tmp_path, monkeypatch)
    text = "<think>the fox 1234\n日本"
    found = tokenizer.encode(text)
    assert tokenizer.decode(found.ids, skip_special_tokens=False) == text
    assert found.tokens[:3] == ["<think>", "the", "Ġfox"]
    assert (tmp_path / "tokenizer.json").read_text(encoding="utf-8") == train.compact(tokenizer)


def test_other_versions_than_those_of_the_embedded_file_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trained(tmp_path, monkeypatch)
    same = (platform.python_version(), tokenizers.__version__) == train.MADE_WITH
    assert capsys.readouterr().err.startswith("warning: other versions") is not same
    monkeypatch.setattr(platform, "python_version", lambda: "3.0.0")
    trained(tmp_path, monkeypatch)
    assert capsys.readouterr().err.startswith(f"warning: other versions than {train.MADE_WITH}")
    monkeypatch.setattr(platform, "python_version", lambda: train.MADE_WITH[0])
    monkeypatch.setattr(tokenizers, "__version__", train.MADE_WITH[1])
    trained(tmp_path, monkeypatch)
    assert capsys.readouterr().err == ""
