"""The one-line picture of a prefix: what is kept, what is lost, what is new."""

from __future__ import annotations

from promptlint.records import dataclass
from promptlint.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of tokens in the picture."""

    name: str
    tokens: int
    block: str
    ascii_block: str
    style: str

    def mark(self, terminal: Terminal) -> str:
        """The character that stands for it."""
        return self.block if terminal.unicode else self.ascii_block


def stretches(before: int, after: int, common: int, lost: int) -> list[Stretch]:
    """The picture's parts in prompt order. What the generation prompt was forgiven counts as new."""
    return [
        Stretch("kept", common, "█", "#", "green"),
        Stretch("lost", lost, "▒", "x", "red"),
        Stretch("new", max(before, after) - common - lost, "░", ".", "dim"),
    ]


def bar(parts: list[Stretch], width: int, terminal: Terminal) -> str:
    """The parts to scale in `width` cells; what is there at all has at least one."""
    cells = _cells([part.tokens for part in parts], width)
    drawn = zip(parts, cells, strict=True)
    return "".join(terminal.style(part.mark(terminal) * count, part.style) for part, count in drawn if count)


def legend(parts: list[Stretch], terminal: Terminal) -> list[str]:
    """What the characters of the bar stand for, with numbers."""
    return [
        f"{terminal.style(part.mark(terminal), part.style)} {part.tokens:,} {part.name}"
        for part in parts
        if part.tokens
    ]


def _cells(tokens: list[int], width: int) -> list[int]:
    """Whole cells in proportion: one for everything that is there, the rest to the largest remainders."""
    present = sum(count > 0 for count in tokens)
    total = sum(tokens)
    exact = [max(0.0, count * width / total) if total else 0.0 for count in tokens]
    cells = [max(1, int(share)) if count else 0 for share, count in zip(exact, tokens, strict=True)]
    while sum(cells) > max(width, present):
        cells[cells.index(max(cells))] -= 1
    while 0 < sum(cells) < width:
        short = [share - count for share, count in zip(exact, cells, strict=True)]
        cells[short.index(max(short))] += 1
    return cells
