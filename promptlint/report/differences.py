"""The structural differences of two requests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from promptlint.model import Difference
from promptlint.report import View
from promptlint.report.place import pointer_of
from promptlint.report.text_block import GAP, INDENT
from promptlint.terminal import Terminal

MOST_DIFFERENCES = 8  # shown; --verbose and json have all
KIND = 9  # columns of the longest kind
OUR_CUT = re.compile(r'(?<=^")…|…(?="$)')


def difference_lines(differences: tuple[Difference, ...], view: View) -> Iterator[str]:
    """What each of them was, and what it is."""
    shown = differences if view.detail == "verbose" else differences[:MOST_DIFFERENCES]
    yield f"Different in the requests ({len(differences)}):"
    for difference in shown:
        yield from _difference(difference, view.terminal)
    if len(shown) < len(differences):
        yield f"{INDENT}and {len(differences) - len(shown)} more: --verbose shows all"


def _difference(difference: Difference, terminal: Terminal) -> Iterator[str]:
    start = f"{INDENT}{difference.kind:<{KIND}}{GAP}"
    yield start + pointer_of(difference.pointer, terminal.width - len(start), terminal)
    room = terminal.width - len(INDENT) - 4
    if difference.kind != "added":
        yield f"{INDENT}  - {terminal.style(terminal.cut(_value(difference.before, terminal), room), 'red')}"
    if difference.kind != "removed":
        yield f"{INDENT}  + {terminal.style(terminal.cut(_value(difference.after, terminal), room), 'green')}"


def _value(value: Any, terminal: Terminal) -> str:
    """The value as JSON, with the ellipsis of this terminal where we have cut it."""
    return OUR_CUT.sub(terminal.ellipsis, json.dumps(value, ensure_ascii=False))
