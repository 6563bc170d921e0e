"""`promptlint config`: every setting of a run, and who gave it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from promptlint.config import Settings
from promptlint.model import JsonObject
from promptlint.report.json_report import json_text
from promptlint.terminal import Terminal, columns, safe


def as_json(settings: Settings) -> str:
    """The settings for scripts: name, value as it was given, and origin."""
    found: JsonObject = {
        name: {"value": _plain(setting.written), "origin": setting.origin} for name, setting in settings.items()
    }
    return json_text({"settings": found})


def lines(settings: Settings, terminal: Terminal) -> Iterator[str]:
    """The settings for people: a line each, what was given first, then what nobody has set."""
    given = {name: setting for name, setting in settings.items() if setting.origin != "default"}
    width = max(map(len, settings))
    yield from _block("given", given, width, terminal)
    yield from _block("default", {name: one for name, one in settings.items() if name not in given}, width, terminal)


def _block(title: str, settings: Settings, width: int, terminal: Terminal) -> Iterator[str]:
    if not settings:
        return
    yield terminal.style(f"{title}:", "bold")
    for name, setting in settings.items():
        origin = "" if setting.origin == "default" else f"  ({safe(setting.origin)})"
        head = f"  {name:<{width}}  "
        room = max(20, terminal.width - columns(head) - columns(origin))
        yield f"{head}{terminal.cut(_spelled(setting.written), room)}{origin}".rstrip()


def _spelled(value: Any) -> str:
    plain = _plain(value)
    if plain is None or plain == [] or plain == {}:
        return "-"
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """A value of YAML, TOML or the command line as JSON has it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
