"""A prompt that the client has rendered itself, cut into pieces that a continuation of it has too."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARK = re.compile(r"<\|[^|<>\s]{1,40}\|>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>")
_SYSTEM = re.compile(r"\s*system\b", re.IGNORECASE)
_BLOCK = 16  # tokens


def pieces(prompt: str | Sequence[int | str]) -> list[str]:
    """Its turns without that of the system, its lines where nothing marks a turn, or its tokens in blocks.

    What the prompt breaks off in is left out, where there is more: the answer goes on there.
    """
    if not isinstance(prompt, str):
        return _blocks(prompt)
    return _turns(prompt) if _MARK.search(prompt) else _lines(prompt)


def _lines(prompt: str) -> list[str]:
    found = prompt.splitlines(keepends=True)
    return found[:-1] if len(found) > 1 and not prompt.endswith("\n") else found


def _turns(prompt: str) -> list[str]:
    *texts, last = _MARK.split(prompt)
    found = [text for text in texts if text.strip()]
    if found and _SYSTEM.match(found[0]):
        named_alone = _SYSTEM.fullmatch(found[0].rstrip()) is not None
        found = found[1 + named_alone :] or found
    return found or [last]


def _blocks(ids: Sequence[int | str]) -> list[str]:
    whole = len(ids) - len(ids) % _BLOCK or len(ids)
    return [" ".join(map(str, ids[start : start + _BLOCK])) for start in range(0, whole, _BLOCK)]
