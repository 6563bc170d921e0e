"""Prompt text as a hash and a length: the same text has the same mark, and nobody reads it.

Names stay what they are, as far as they look like names: a key of an object can be anybody's sentence.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

DIGITS = 6  # of the hash
WORD = r'"?[A-Za-z0-9_:$@\[\]*-]{1,64}"?'
NAME = re.compile(rf"{WORD}(?:\.{WORD})*")
SEPARATOR = re.compile(r"(, | and |/)")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|(?<!\w)\'(?:[^\'\\]|\\.)*+(?:\'|\Z)')
KIND = re.compile(r"(?<=\bof type ).+(?= (?:are|is|has) )")  # the type of a block is a name, if all is well


@dataclass(frozen=True, slots=True)
class Redacted:
    """What a redacted report shows of a finding: its words with prompt text as hashes."""

    message: str
    hint: str | None = None


def mark(text: str) -> str:
    """What stands for a text."""
    if not text:
        return "<empty>"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
    return f"<{digest}, {len(text):,} character{'' if len(text) == 1 else 's'}>"


def is_mark(text: str) -> bool:
    """Is this what `mark` gives."""
    return text == "<empty>" or re.fullmatch(rf"<[0-9a-f]{{{DIGITS}}}, [0-9,]+ characters?>", text) is not None


def names(text: str) -> str:
    """Names, in a list or a path; what does not look like one is marked."""
    parts = SEPARATOR.split(text)
    return "".join(
        part if number % 2 or not part or NAME.fullmatch(part) else mark(part) for number, part in enumerate(parts)
    )


def sentence(text: str) -> str:
    """A sentence of our own without what it quotes."""
    return KIND.sub(lambda found: names(found[0]), QUOTED.sub(lambda found: mark(found[0]), text))
