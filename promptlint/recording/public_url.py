"""The address that is written into a file: without a query in any spelling, and without a name and a password."""

from __future__ import annotations

import re

# Also a query, a fragment or a parameter whose mark is escaped begins with what does not match here.
_PLAIN = re.compile(r"(?:[a-z0-9._~:@/-]|%(?:20|2[def]|3a|40|5f|7e))*+", re.IGNORECASE)
_AT = re.compile("@|%40")
_MODEL = re.compile(r"[\w.-]+(?:@|%40)[\w.-]+(?::\w+)?")  # of Vertex AI, with its version


def public_url(url: str) -> str:
    """The URL as far as its path is made of harmless characters, each part without a user."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    plain = _PLAIN.match(path)
    parts = (plain[0] if plain else "").split("/")
    before = ("", *parts)
    return f"{scheme}://{host}{slash}" + "/".join(map(_without_user, before, parts))


def _without_user(before: str, part: str) -> str:
    if before == "models" and _MODEL.fullmatch(part):
        return part
    return _AT.split(part)[-1]
