"""The text around a divergence on one line, with a mark under the first character that differs."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.model import Side
from promptlint.terminal import Terminal, columns, cut, safe, tail

LEFT_SHARE = 0.5  # of the width, for what is the same on both sides
SHORT_LINE = 24  # columns; where the divergence comes sooner in its line, the line above is shown too
END = "(the prompt ends here)"


def left_width(sides: Iterable[Side], width: int) -> int:
    """Columns for the text in front of the divergence: the same on both sides, more where what follows is short."""
    return max(int(width * LEFT_SHARE), width - max(columns(safe(side.text) or END) for side in sides))


def frame(side: Side, width: int, left: int, terminal: Terminal, style: str) -> list[str]:
    """The line of prompt text, at most `left` columns of it in front of the divergence, and the line with the mark."""
    same = _left(side.before_text, left, terminal)
    room = width - columns(same)
    different = cut(side.text or END, room, ellipsis_of(terminal))
    text = terminal.style(same, "dim") + terminal.style(different, style)
    return [text, " " * columns(same) + terminal.style("^", "bold", style)]


def _left(text: str, width: int, terminal: Terminal) -> str:
    """The end of the text: the line that the divergence is in, or more where that line has only begun."""
    line = text[text.rfind("\n") + 1 :]
    shown = line if columns(safe(line)) >= SHORT_LINE else text
    if columns(safe(shown)) <= width:
        return safe(shown)
    ellipsis = ellipsis_of(terminal)
    return ellipsis + tail(shown, width - columns(ellipsis))


def ellipsis_of(terminal: Terminal) -> str:
    """What stands for text that was left out."""
    return "…" if terminal.unicode else "..."
