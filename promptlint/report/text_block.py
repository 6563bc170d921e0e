"""Sentences of a report, over as many lines as they need."""

from __future__ import annotations

import textwrap

from promptlint.terminal import Terminal, safe

INDENT = "  "


def wrapped(text: str, terminal: Terminal, indent: str = INDENT) -> list[str]:
    """A sentence over as many indented lines as it needs; somebody else's line breaks are shown, not followed."""
    return textwrap.wrap(
        safe(text),
        terminal.width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
