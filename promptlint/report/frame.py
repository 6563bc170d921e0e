"""The text around a divergence on one line, with a mark under the first character that differs."""

from __future__ import annotations

from promptlint.model import Side
from promptlint.terminal import Terminal, columns, cut, head, safe, tail

LEFT_SHARE = 0.5  # of the width, for what is the same on both sides
SHORT_LINE = 24  # columns; where the divergence comes sooner in its line, the line above is shown too
END = "(the prompt ends here)"


def frame(side: Side, width: int, terminal: Terminal, style: str) -> list[str]:
    """The line of prompt text and the line with the mark."""
    left = _left(side.before_text, int(width * LEFT_SHARE), terminal)
    room = width - columns(left)
    right = _right(side.text, room, terminal)
    text = terminal.style(left, "dim") + terminal.style(right or head(END, room), style)
    return [text, " " * columns(left) + terminal.style("^", "bold", style)]


def _left(text: str, width: int, terminal: Terminal) -> str:
    """The end of the text: the line that the divergence is in, or more where that line has only begun."""
    line = text[text.rfind("\n") + 1 :]
    shown = line if columns(safe(line)) >= SHORT_LINE else text
    if columns(safe(shown)) <= width:
        return safe(shown)
    ellipsis = _ellipsis(terminal)
    return ellipsis + tail(shown, width - columns(ellipsis))


def _right(text: str, width: int, terminal: Terminal) -> str:
    return cut(text, width, _ellipsis(terminal))


def _ellipsis(terminal: Terminal) -> str:
    return "…" if terminal.unicode else "..."
