"""The text that the embedded tokenizer was trained on, in a fixed order: CPython's own library and words of ours.

Code and prose come from the running interpreter (PSF licence, without its tests, bundled wheels and code-page tables);
agent traffic from `traffic`, ordinary words from `wordlists`. A weight repeats a source: the library is code first,
and without weights its identifiers would crowd out English.
"""

from __future__ import annotations

import importlib
import inspect
import io
import re
import sysconfig
import tokenize
from collections.abc import Iterator
from pathlib import Path

from promptlint.builtin import traffic, wordlists

# The library's folders whose text is not CPython's own prose or code: tables, tests, other people's wheels.
LEFT_OUT = {
    "site-packages",
    "test",
    "tests",
    "idle_test",
    "ensurepip",
    "encodings",
    "lib2to3",
    "distutils",  # gone from Python 3.12 on
    "pydoc_data",
    "__pycache__",
}
# NOTE: _sysconfigdata holds the folders of the machine that built Python; they would become vocabulary.
BUILD_SPECIFIC = ("_sysconfigdata", "config-")
# C modules whose docstrings are the same on every platform.
DOCUMENTED_IN_C = ("builtins", "itertools", "math", "_datetime", "_io", "_collections", "_functools", "_struct", "_csv")

ADJECTIVE_ENDINGS = ("ful", "ible", "ical", "onal", "ular", "tive", "sive")
PROSE_WEIGHT = 12
WORD_WEIGHT = 60
LETTER_WEIGHT = 300
SCRIPTS = (
    (0xA1, 0x180),
    (0x370, 0x400),
    (0x400, 0x460),
    (0x5D0, 0x5EB),
    (0x620, 0x64B),
    (0x901, 0x970),
    (0xE01, 0xE5C),
    (0x3041, 0x3097),
    (0x30A1, 0x30FB),
)
# Too many characters for an entry each: at this weight only the two bytes that 64 of them share become one.
LARGE_SCRIPTS = ((0x4E00, 0xA000), (0xAC00, 0xD7A4))
LARGE_WEIGHT = 3
SIGNS = "‘’“”„–—…•·×→←↑↓⇒≤≥≠≈±−√∞€£¥©®™°§¶─│┌┐└┘├┤┬┴┼━┃█░▒▓■□▪●○✓✔✗✘★☆⚠✅❌🚀🔍💡📝🎉👍😀🙂🔥✨📦🛠️"


def texts() -> Iterator[str]:
    """Every piece of the training text, weighted, always in the same order."""
    yield from stdlib_code()
    for piece in stdlib_prose():
        yield from [piece] * PROSE_WEIGHT
    yield from traffic.documents()
    for line in words():
        yield from [line] * WORD_WEIGHT
    for line in letters():
        yield from [line] * LETTER_WEIGHT
    for first, last in LARGE_SCRIPTS:
        yield from ["\n".join(map(chr, range(first, last)))] * LARGE_WEIGHT


def stdlib_files() -> list[Path]:
    """The sources of the running interpreter's library, sorted."""
    root = Path(sysconfig.get_path("stdlib"))
    found = (path.relative_to(root) for path in root.rglob("*.py"))
    kept = (path for path in found if not LEFT_OUT & set(path.parts) and not path.parts[0].startswith(BUILD_SPECIFIC))
    return [root / path for path in sorted(kept)]


def stdlib_code() -> Iterator[str]:
    """The library's modules as they are."""
    for path in stdlib_files():
        yield path.read_bytes().decode("utf-8", errors="ignore").replace("\r\n", "\n")


def stdlib_prose() -> Iterator[str]:
    """pydoc's topics, docstrings and comments, each paragraph on one line as chat messages have it."""
    from pydoc_data.topics import topics

    for name in sorted(topics):
        yield unwrapped(topics[name])
    for name in DOCUMENTED_IN_C:
        yield unwrapped("\n\n".join(_docstrings(importlib.import_module(name))))
    for path in stdlib_files():
        yield unwrapped("\n\n".join(_remarks(path)))


def _docstrings(module: object) -> Iterator[str]:
    for _, value in sorted(vars(module).items(), key=lambda item: item[0]):
        yield from filter(None, [inspect.getdoc(value)])
        if inspect.isclass(value):
            yield from filter(None, (inspect.getdoc(member) for _, member in sorted(vars(value).items())))


def _remarks(path: Path) -> Iterator[str]:
    """Docstrings and runs of comment lines of one module."""
    run: list[str] = []
    for token in _tokens(path):
        if token.type == tokenize.COMMENT:
            run.append(token.string.lstrip("#! "))
        elif token.type == tokenize.STRING and token.string.startswith(('"""', "'''", 'r"""')):
            yield inspect.cleandoc(token.string.lstrip("r")[3:-3])
        elif token.type not in (tokenize.NL, tokenize.NEWLINE) and run:
            yield "\n".join(run)
            run = []


def _tokens(path: Path) -> Iterator[tokenize.TokenInfo]:
    try:
        yield from tokenize.generate_tokens(io.StringIO(path.read_bytes().decode("utf-8", errors="ignore")).readline)
    except (tokenize.TokenError, IndentationError):
        return


def unwrapped(text: str) -> str:
    """The text with the hard line breaks of its paragraphs taken out; indented blocks keep theirs."""
    text = re.sub(r"[=~^*\-]{4,}", "", text)
    return re.sub(r"(?<=[^\n:])\n {0,3}(?=[A-Za-z(\"'`])", " ", text)


def words() -> Iterator[str]:
    """Lines of ordinary words: each English word in its usual forms, then lines of other languages."""
    yield from (" ".join(["", *forms(word)]) for word in wordlists.english())
    yield from (f" {line}" for line in wordlists.other_languages())


def forms(word: str) -> list[str]:
    """The word, itself twice, with a capital, and with the commonest English endings."""
    if not word.islower() or len(word) < 4 or word.endswith(("ly", "ing", "ed", "s")):
        return [word, word, word.capitalize() if word.islower() else word]
    return [word, word, word.capitalize(), *endings(word, verb=word in wordlists.verbs())]


def endings(word: str, *, verb: bool) -> list[str]:
    """-s for all but adjectives, which get -ly; -ed and -ing for verbs."""
    stem = word.removesuffix("e")
    if word.endswith("y") and word[-2] not in "aeiou":
        return [word[:-1] + "ies", *([word[:-1] + "ied", word + "ing"] if verb else [])]
    if word.endswith(ADJECTIVE_ENDINGS) and not verb:
        return [stem + "y" if word.endswith("le") else word + "ly"]
    return [word + "s", *([stem + "ed", stem + "ing"] if verb else [])]


def letters() -> Iterator[str]:
    """Single characters of common scripts and signs, so that none of them costs a token a byte."""
    for first, last in SCRIPTS:
        yield "\n".join(map(chr, range(first, last)))
    yield "0".join(SIGNS)  # a line break would join the sign before it and be merged into it
    # NOTE: GB 2312 level 1 is the list of the 3,755 most used Chinese characters, and every Python can spell it.
    rows = range(0xB0, 0xD8)
    yield "\n".join(bytes([row, cell]).decode("gb2312", errors="ignore") for row in rows for cell in range(0xA1, 0xFF))
