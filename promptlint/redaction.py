"""Prompt text as a hash and a length: the same text has the same mark, and nobody reads it.

Names stay what they are, as far as they look like names: a key of an object can be anybody's sentence, or a password.

A hash alone gives short texts away: who guesses one hashes it too, and compares. So before a report is shown, `keyed`
makes other marks of them, with a key that only those have who have the prompts.
"""

from __future__ import annotations

import re

from promptlint.records import dataclass

DIGITS = 6  # of the hash
WORD = r'"?[A-Za-z0-9_$\[\]*-]{1,64}"?'
NAME = re.compile(rf"{WORD}(?:\.{WORD})*")
MORE = re.compile(r" and [0-9,]+ more\Z")  # the end of a list that we have cut
CREDENTIAL = re.compile(
    r"""(?<![A-Za-z0-9])(?:sk-\w|[rsp]k_(?:live|test)_|gh[opsur]_|github_pat_|glpat-|xox[a-z]-|hf_[A-Za-z0-9]{16}
    |(?:AKIA|ASIA|AIza|eyJ)[A-Za-z0-9_-]{8})
    |(?=(?:[A-Za-z]*[0-9]){3})[A-Za-z0-9]{16}|[0-9]{9}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}""",
    re.VERBOSE,
)
# A mark, or what a shortened list has left of it.
MARK = re.compile(r"(?:(?<=<)|(?<=…))[0-9a-f]{1,6}(?=, [0-9,]+ character)|(?<=<)[0-9a-f]{1,6}(?=,? ?…|, [0-9,]+…)")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|(?<!\w)\'(?:[^\'\\]|\\.)*+(?:\'|\Z)')
KIND = re.compile(r"(?<=\bof type ).+(?= (?:are|is|has) |; left out)")  # the type of a block is a name, if all is well


@dataclass(frozen=True, slots=True)
class Redacted:
    """What a redacted report shows of a finding: its words with prompt text as hashes."""

    message: str
    hint: str | None = None


def mark(text: str) -> str:
    """What stands for a text."""
    if not text:
        return "<empty>"
    import hashlib

    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
    return f"<{digest}, {len(text):,} character{'' if len(text) == 1 else 's'}>"


def is_mark(text: str) -> bool:
    """Is this what `mark` gives."""
    return text == "<empty>" or re.fullmatch(rf"<[0-9a-f]{{{DIGITS}}}, [0-9,]+ characters?>", text) is not None


def keyed(text: str, key: bytes) -> str:
    """The text with marks that nobody makes without the key; the same mark has the same one behind it."""
    import hmac

    return MARK.sub(lambda found: hmac.digest(key, found[0].encode(), "sha256").hex()[: len(found[0])], text)


def names(text: str) -> str:
    """Names, in a list or a path; what does not look like one is marked."""
    more = MORE.search(text)
    listed = text[: more.start()] if more else text
    return ", ".join(map(_path, listed.split(", "))) + (more[0] if more else "")


def _path(text: str) -> str:
    return mark(text) if "//" in text else "/".join(part if _is_name(part) else mark(part) for part in text.split("/"))


def _is_name(text: str) -> bool:
    return not text or (NAME.fullmatch(text) is not None and CREDENTIAL.search(text) is None)


def sentence(text: str) -> str:
    """A sentence of our own without what it quotes."""
    return KIND.sub(lambda found: names(found[0]), QUOTED.sub(lambda found: mark(found[0]), text))
