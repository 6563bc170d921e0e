"""Messages of rules: plain field names in braces, with !r for a quoted one. Never str.format on somebody's objects.

A redacted report shows numbers, and of the texts only what is marked as words of ours or as a name; so a field that
nobody has thought of shows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from promptlint.records import dataclass

FIELD = re.compile(r"\{(?P<name>[a-z_]+)(?P<quoted>!r)?\}")
LONGEST = 120  # characters of one field


class Words(str):
    """Words of our own: a redacted report has them too."""

    __slots__ = ()


class Name(str):
    """A name out of a request, or several: a redacted report has what looks like one."""

    __slots__ = ()


class Saying(str):
    """What a reader of captures says: a redacted report leaves out what it quotes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text with fields of its own, as a field, a note or a hint."""

    template: str
    fields: Mapping[str, Any]
    longest: int = LONGEST  # characters of one field

    def __str__(self) -> str:
        return filled(self.template, self.fields, self.longest)


def fields_of(template: str) -> tuple[str, ...]:
    """The names that a message uses. Raises ValueError for braces that are no field."""
    names = tuple(match["name"] for match in FIELD.finditer(template))
    if set("{}") & set(FIELD.sub("", template)):
        raise ValueError("a message holds plain fields only, as {text} or {text!r}")
    return names


def filled(template: str, fields: Mapping[str, Any], longest: int = LONGEST, *, redact: bool = False) -> str:
    """The message with its fields; a field that is not known stays as it is written."""

    def value(match: re.Match[str]) -> str:
        if match["name"] not in fields:
            return match[0]
        found = fields[match["name"]]
        if isinstance(found, int) and not isinstance(found, bool) and not match["quoted"]:
            return f"{found:,}"
        text = shortened(redacted(found) if redact else str(found), longest)
        return f'"{text}"' if match["quoted"] and not (redact and _is_mark(text)) else text

    return FIELD.sub(value, template)


def redacted(value: Any) -> str:
    """What a redacted report shows of the value of a field."""
    from promptlint import redaction

    if isinstance(value, Phrase):
        return filled(value.template, value.fields, value.longest, redact=True)
    if isinstance(value, Words):
        return str(value)
    if isinstance(value, Name):
        return redaction.names(value)
    if isinstance(value, Saying):
        return redaction.sentence(value)
    return f"{value}" if isinstance(value, int | float) else redaction.mark(str(value))


def _is_mark(text: str) -> bool:
    from promptlint import redaction

    return redaction.is_mark(text)


def shortened(text: str, most: int = LONGEST) -> str:
    """The text, or its beginning and its end where it is long."""
    if len(text) <= most:
        return text
    end = most // 4
    return f"{text[: most - end - 1]}…{text[-end:]}"
