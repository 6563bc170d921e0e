"""The text around a divergence on one line, with a mark under the token that differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from promptlint.model import Divergence, Side
from promptlint.report.place import pointer_of, position_of
from promptlint.report.text_block import GAP, INDENT, beside
from promptlint.terminal import Terminal, columns

LEFT_SHARE = 0.5  # of the width, for what is the same on both sides
SHORT_LINE = 24  # columns; where the divergence comes sooner in its line, the line above is shown too
END = "(the prompt ends here)"
SIDES = (("before", "red"), ("after", "green"))


def frames(divergence: Divergence, terminal: Terminal) -> Iterator[str]:
    """Both sides below each other, each with its place and its line's number, cut so that the tokens stand in line."""
    sides = at_token((divergence.before, divergence.after))
    numbers = ["" if side.place.line is None else str(side.place.line) for side in sides]
    digits = max(map(len, numbers))
    bar = "│ " if terminal.unicode else "| "
    width = terminal.width - len(INDENT) - digits - bool(digits) - len(bar)
    left = left_width(sides, width, terminal)
    for (name, style), side, number in zip(SIDES, sides, numbers, strict=True):
        room = terminal.width - len(INDENT) - len("before") - len(GAP)
        where = terminal.style(position_of(side.place, room, terminal), "bold")
        below = " " * (terminal.width - room)
        yield from beside(
            [where, pointer_of(side.place.pointer, room, terminal)], terminal, f"{INDENT}{name:<6}{GAP}", below
        )
        for shown, line in zip((number, ""), frame(side, width, left, terminal, style), strict=True):
            gutter = f"{INDENT}{shown:>{digits}} {bar}" if digits else INDENT + bar
            yield (terminal.style(gutter, "dim") + line).rstrip()


def at_token(sides: tuple[Side, Side]) -> tuple[Side, Side]:
    """The sides with their texts parted where both first tokens begin: a token can begin before its text differs."""
    for back in range(max(len(side.token_text) for side in sides) + 1):
        before, after = (_parted_earlier(side, back) for side in sides)
        if before.text.startswith(before.token_text) and after.text.startswith(after.token_text):
            return before, after
    return sides


def _parted_earlier(side: Side, back: int) -> Side:
    at = max(0, len(side.before_text) - back)
    return replace(side, before_text=side.before_text[:at], text=side.before_text[at:] + side.text)


def left_width(sides: Iterable[Side], width: int, terminal: Terminal) -> int:
    """Columns for the text in front of the divergence: the same on both sides, more where what follows is short."""
    return max(int(width * LEFT_SHARE), width - max(columns(terminal.safe(side.text) or END) for side in sides))


def frame(side: Side, width: int, left: int, terminal: Terminal, style: str) -> list[str]:
    """The line of prompt text, at most `left` columns of it in front of the divergence, and the line with the mark."""
    same = _left(side.before_text, left, terminal)
    room = width - columns(same)
    different = terminal.cut(side.text or END, room)
    marked = max(1, min(room, _token_width(side, terminal)))
    token, rest = _parted(different, marked)
    return [
        terminal.style(same, "dim") + terminal.style(token, "bold", style) + terminal.style(rest, style),
        " " * columns(same) + terminal.style("^" * marked, "bold", style),
    ]


def _parted(text: str, width: int) -> tuple[str, str]:
    """The first `width` columns, and the others."""
    at = next((at for at in range(len(text)) if columns(text[:at]) >= width), len(text))
    return text[:at], text[at:]


def _token_width(side: Side, terminal: Terminal) -> int:
    """Columns of the first token, where the text begins with it: a token can be less than a character."""
    return columns(terminal.safe(side.token_text)) if side.text.startswith(side.token_text) else 1


def _left(text: str, width: int, terminal: Terminal) -> str:
    """The end of the text: the line that the divergence is in, or more where that line has only begun."""
    line = text[text.rfind("\n") + 1 :]
    return terminal.cut_left(line if columns(terminal.safe(line)) >= SHORT_LINE else text, width)
