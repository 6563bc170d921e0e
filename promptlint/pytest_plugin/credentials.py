"""API keys in the text of a request: a golden capture goes into a repository, and they must not."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHORTEST = 12  # characters; shorter ones are "test" and the like, which stand in every text
_KEYS = re.compile(
    rb"sk-ant-[\w-]{20,}|sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}|AIza[\w-]{35}|(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])"
    rb"|gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,}|xox[abprs]-[\w-]{10,}|hf_[A-Za-z0-9]{34}|gsk_[A-Za-z0-9]{40,}"
    rb"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----"
)


def has_credentials(content: bytes, sent_with: Iterable[str]) -> bool:
    """Stands a key in the body: one of those that it was sent with, or anything that looks like one."""
    own = {part for value in sent_with for part in re.split(r"[\s;,=]+", value) if len(part) >= _SHORTEST}
    return any(part.encode("utf-8") in content for part in own) or _KEYS.search(content) is not None
