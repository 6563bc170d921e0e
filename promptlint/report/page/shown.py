"""Other people's text as the page shows it: nothing invisible in it, and no longer than it is looked at."""

from __future__ import annotations

import json
from typing import Any

from promptlint.model import RequestSummary
from promptlint.terminal import safe, safe_lines

LONGEST_VALUE = 400  # characters of a value that differs
LONGEST_MESSAGE = 2_000
LONGEST_TOKEN = 40
LONGEST_EXCERPT = 600  # of prompt text on each side of a divergence
ELLIPSIS = "\u2026"


def shortened(text: str, most: int) -> str:
    """The text on one line, cut to `most` characters before its escapes are counted."""
    return safe(text) if len(text) <= most else safe(text[:most]) + ELLIPSIS


def sentence(text: str) -> str:
    """A message on one line."""
    return shortened(text, LONGEST_MESSAGE)


def optional(text: str | None) -> str | None:
    """A message, where there is one."""
    return None if text is None else sentence(text)


def value(given: Any) -> str:
    """A value of a request on one line."""
    return shortened(json.dumps(given, ensure_ascii=False), LONGEST_VALUE)


def token(text: str) -> str:
    """The text of a token; empty at the end of a prompt."""
    return shortened(text, LONGEST_TOKEN)


def prompt_start(text: str) -> str:
    """The beginning of a stretch of prompt text, with its lines."""
    return safe_lines(text[:LONGEST_EXCERPT])


def prompt_end(text: str) -> str:
    """The end of a stretch of prompt text, with its lines."""
    return safe_lines(text[-LONGEST_EXCERPT:])


def name_of(summary: RequestSummary) -> str:
    """The request as the commands take it: FILE, or FILE#N of several."""
    request = summary.request
    return safe(request.path if request.siblings == 1 else f"{request.path}#{request.number}")
