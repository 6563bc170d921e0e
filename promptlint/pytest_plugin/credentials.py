"""API keys in the text of a request: a golden capture goes into a repository, and they must not."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHORTEST = 12  # characters; shorter ones are "test" and the like, which stand in every text
# Not within a word; what is escaped in JSON text is none.
_START = rb"(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{4}))"
_KEYS = re.compile(
    _START + rb"(?:sk-ant-[a-z]{2,6}\d\d-[\w-]{20,}|sk-(?:[a-z]{1,8}-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    rb"|AIza[\w-]{35}|(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])|gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,}"
    rb"|xox[abprs]-\d[\w-]{9,}|hf_[A-Za-z0-9]{34}|gsk_[A-Za-z0-9]{40,})"
    rb"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----"
)
_PLAIN = re.compile(_START + rb"sk-([\w-]{32,})")  # the keys of OpenAI and of those who took its form
_LONG_RUN, _HEX_RUN = re.compile(rb"[A-Za-z0-9]{16,}"), re.compile(rb"[a-z0-9]{32,}")


def has_credentials(content: bytes, sent_with: Iterable[str]) -> bool:
    """Stands a key in the body: one of those that it was sent with, or anything that looks like one."""
    own = {part for value in sent_with for part in re.split(r"[\s;,=]+", value) if len(part) >= _SHORTEST}
    if any(part.encode("utf-8") in content for part in own) or _KEYS.search(content) is not None:
        return True
    return any(_is_random(match[1]) for match in _PLAIN.finditer(content))


def _is_random(text: bytes) -> bool:
    """Digits, and letters of both cases or a hash, and not in the short pieces that a name is made of."""
    if re.search(rb"\d", text) is None:
        return False
    if any(re.search(rb"\d", run) for run in _HEX_RUN.findall(text)):
        return True
    is_mixed = re.search(rb"[a-z]", text) is not None and re.search(rb"[A-Z]", text) is not None
    return is_mixed and _LONG_RUN.search(text) is not None
