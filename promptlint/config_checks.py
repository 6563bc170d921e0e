"""The values of a config: which types they have, and what may not stand there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from promptlint.config_file import ConfigFile
from promptlint.errors import ConfigError
from promptlint.records import dataclass

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Check:
    """Where a value stands while it is checked."""

    file: ConfigFile
    keys: tuple[str, ...]
    online: bool

    @property
    def origin(self) -> str:
        return self.file.where(*self.keys)

    def wrong(self, message: str, hint: str | None = None) -> ConfigError:
        return ConfigError(f"{'.'.join(self.keys)} {message}", where=self.origin, hint=hint)

    def below(self, key: str | int) -> Check:
        """The check of a member or an item of this value."""
        return Check(self.file, (*self.keys, str(key)), self.online)

    def member(self, values: Mapping[str, Any], name: str) -> tuple[Check, Any]:
        """The check of a member and its value; raises ConfigError if there is none."""
        if name not in values:
            raise self.wrong(f"has no {name}")
        return self.below(name), values[name]


def shown(path: Path) -> Path:
    """As the user would name it: relative to the working folder, so that output is the same on every machine."""
    try:
        return Path(os.path.relpath(path))
    except ValueError:  # another drive
        return path


def close_to(value: Any, known: Collection[str]) -> str:
    """A hint for a name that is not known."""
    import difflib

    close = difflib.get_close_matches(str(value), known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"one of {', '.join(known)}"


def refuse_unknown(check: Check, values: Iterable[str], known: Collection[str]) -> None:
    """Raise ConfigError for the first key that is not known."""
    for name in values:
        if name not in known:
            here = check.below(name)
            raise ConfigError(f"unknown key {'.'.join(here.keys)!r}", where=here.origin, hint=close_to(name, known))


KINDS: Mapping[type, Literal["nothing", "true or false", "a number", "a text", "a list", "a mapping"]] = {
    type(None): "nothing",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a mapping",
}


def kind(value: Any) -> str:
    """What a value is, in a word."""
    return KINDS.get(type(value), "a date" if isinstance(value, date) else type(value).__name__)


def mapping(check: Check, value: Any) -> dict[str, Any]:
    """A mapping, whatever is in it."""
    if not isinstance(value, dict):
        raise check.wrong(f"must be a mapping, not {kind(value)}")
    return value


def items(check: Check, value: Any) -> list[tuple[Check, Any]]:
    """The items of a list, each with its check."""
    if not isinstance(value, list):
        raise check.wrong(f"must be a list, not {kind(value)}")
    return [(check.below(number), item) for number, item in enumerate(value)]


def text(check: Check, value: Any) -> str:
    """A text that says something."""
    if not isinstance(value, str):
        raise check.wrong(f"must be a text, not {kind(value)}")
    if not value.strip() or "\0" in value:
        raise check.wrong("must not be empty" if not value.strip() else "holds a NUL character")
    return value


def texts(check: Check, value: Any) -> tuple[str, ...]:
    """A list of texts, or one text."""
    if isinstance(value, str):
        return (text(check, value),)
    if not isinstance(value, list):
        raise check.wrong(f"must be a text or a list of texts, not {kind(value)}")
    return tuple(text(inner, item) for inner, item in items(check, value))


def one_of(names: Iterable[str]) -> Callable[[Check, Any], str]:
    """A check for one of some names."""
    allowed = tuple(names)

    def check(check: Check, value: Any) -> str:
        if value not in allowed:
            said = repr(value) if isinstance(value, str) else kind(value)
            raise check.wrong(f"cannot be {said}", hint=close_to(value, allowed))
        return str(value)

    return check


def day(check: Check, value: Any) -> date:
    """A date: YAML and TOML read one themselves, a text is read here."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise check.wrong(f"is no day of the calendar: {value}") from None
    said = "a time" if isinstance(value, datetime) else repr(value) if isinstance(value, str) else kind(value)
    raise check.wrong(f"must be a date such as 2027-03-01, not {said}")


def plain(check: Check, value: Any) -> Any:
    """Whatever JSON can say."""
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            plain(check.below(key), item)
        return value
    if isinstance(value, date):
        raise check.wrong("must be JSON, not a date", hint="quote it")
    import json

    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):  # a number of 5,000 digits is one of the second
        raise check.wrong(f"must be JSON, not {value if isinstance(value, float) else kind(value)}") from None
    return value


def path(check: Check, value: Any) -> str:
    """A path that leads on from the config's folder, as seen from the working folder."""
    written = text(check, value)
    return written if Path(written).is_absolute() else shown(check.file.path.parent / written).as_posix()
