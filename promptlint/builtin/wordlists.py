"""words.txt and phrases.txt, read. All of both was written for this project."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


def _lines(name: str) -> list[str]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("# ")]


@lru_cache(maxsize=1)
def english() -> tuple[str, ...]:
    """Ordinary English words, in the file's order."""
    lines = _lines("words.txt")
    return tuple(word for line in lines[: lines.index("==")] for word in line.split())


@lru_cache(maxsize=1)
def verbs() -> frozenset[str]:
    """Those of the English words that take -ed and -ing."""
    return frozenset(word for line in _lines("words.txt") if line.startswith("to ") for word in line.split()[1:])


def other_languages() -> list[str]:
    """Lines of words, each line one language."""
    lines = _lines("words.txt")
    return lines[lines.index("==") + 1 :]


@lru_cache(maxsize=1)
def phrases() -> dict[str, list[str]]:
    """Section of phrases.txt → its phrases; in the first two sections every word is one."""
    sections: dict[str, list[str]] = {}
    for line in _lines("phrases.txt"):
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), [])
        else:
            current += line.split() if len(sections) <= 2 else [line]
    return sections
