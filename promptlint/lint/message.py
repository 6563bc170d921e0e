"""Messages of rules: plain field names in braces, with !r for a quoted one. Never str.format on somebody's objects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

FIELD = re.compile(r"\{(?P<name>[a-z_]+)(?P<quoted>!r)?\}")
LONGEST = 120  # characters of one field


def fields_of(template: str) -> tuple[str, ...]:
    """The names that a message uses. Raises ValueError for braces that are no field."""
    names = tuple(match["name"] for match in FIELD.finditer(template))
    if set("{}") & set(FIELD.sub("", template)):
        raise ValueError("a message holds plain fields only, as {text} or {text!r}")
    return names


def filled(template: str, fields: Mapping[str, Any]) -> str:
    """The message with its fields; a field that is not known stays as it is written."""

    def value(match: re.Match[str]) -> str:
        if match["name"] not in fields:
            return match[0]
        found = fields[match["name"]]
        if isinstance(found, int) and not isinstance(found, bool) and not match["quoted"]:
            return f"{found:,}"
        text = shortened(str(found))
        return f'"{text}"' if match["quoted"] else text

    return FIELD.sub(value, template)


def shortened(text: str, most: int = LONGEST) -> str:
    """The text, or its beginning and its end where it is long."""
    if len(text) <= most:
        return text
    end = most // 4
    return f"{text[: most - end - 1]}…{text[-end:]}"
