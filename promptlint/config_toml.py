"""The table of a TOML file that is ours, and the line on which each of its keys stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from promptlint.errors import ConfigError

Keys = tuple[str, ...]
MOST_KEY_PARTS = 32
PART = r"""(?:[\w-]{1,200}+|"(?:[^"\\\n]|\\.){0,200}+"|'[^'\n]{0,200}+')"""
LONG_KEY = re.compile(rf"(?<![\w-])(?:{PART}[ \t]{{0,200}}+\.[ \t]{{0,200}}+){{{MOST_KEY_PARTS}}}")
# Possessive: any stretch of words and dots in a long text would be tried in all ways otherwise.
HEADER = re.compile(r"\s*+\[(?P<item>\[)?([^\[\]]++)\](?(item)\])\s*+(?:#.*)?")  # [[x]] is the next item of a list
KEY = re.compile(r"""\s*+([\w."'-]++(?:\s*+\.\s*+[\w"'-]++)*+)\s*+=""")


def table(path: Path, text: str) -> Mapping[str, Any] | None:
    """What [tool.promptlint] says; None where there is no such table. Raises ConfigError."""
    if LONG_KEY.search(text):  # tomllib keeps every part of it with all the parts before
        raise ConfigError(f"a key of more than {MOST_KEY_PARTS} parts", where=str(path))
    import tomllib

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not only TOMLDecodeError: a number of 5,000 digits
        raise ConfigError(f"not valid TOML: {error}", where=str(path)) from None
    tools = document.get("tool", {})
    if not isinstance(tools, dict) or "promptlint" not in tools:
        return None
    found = tools["promptlint"]
    if not isinstance(found, dict):
        raise ConfigError("tool.promptlint must be a table", where=str(path))
    return found


def lines(text: str) -> Iterator[tuple[Keys, int]]:
    """Lines of the keys below [tool.promptlint], which tomllib does not keep; a key of an inline table has none."""
    table: Keys = ()
    items: Counter[Keys] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        header, key = HEADER.fullmatch(line), KEY.match(line)
        if header:
            table = _dotted(header[2])
            if header["item"]:
                items[table] += 1
                table = (*table, str(items[table] - 1))
        keys = table if header else (*table, *_dotted(key[1])) if key else ()
        if keys[:2] == ("tool", "promptlint") and len(keys) > 2:
            yield keys[2:], number


def _dotted(name: str) -> Keys:
    return tuple(part.strip().strip("\"'") for part in name.split("."))
