"""The cells of a llama.cpp server's sliding-window cache: a ring, in which tokens behind the window make room.

Nothing is removed before its cell is needed, so a ring holds more than the window: the prompt's tail as far as the ring
goes. Source: llama.cpp src/llama-kv-cache.cpp (find_slot, apply_ubatch, seq_rm) and llama-kv-cache-iswa.cpp, read.
"""

from __future__ import annotations

from dataclasses import replace

from promptlint.records import dataclass

FREE = -1
_PADDING = 256  # cells


def ring_size(window: int, ubatch: int) -> int:
    """How many cells the server gives the sliding-window layers."""
    return -(-(window + ubatch) // _PADDING) * _PADDING


@dataclass(frozen=True, slots=True)
class Window:
    """One sequence in its ring: the position in each cell, or FREE, and the cell at which the next search begins."""

    window: int  # tokens that a layer looks back
    cells: tuple[int, ...]
    head: int = 0

    @classmethod
    def empty(cls, window: int, size: int) -> Window:
        return cls(window, (FREE,) * size)

    @property
    def lowest(self) -> int:
        """The first position that is still there; FREE where none is."""
        return min((position for position in self.cells if position != FREE), default=FREE)

    @property
    def highest(self) -> int:
        return max(self.cells)

    def truncated(self, length: int) -> Window:
        """Without the positions from `length` on."""
        gone = [cell for cell, position in enumerate(self.cells) if position >= length]
        if not gone:
            return self
        cells = tuple(FREE if position >= length else position for position in self.cells)
        return replace(self, cells=cells, head=min(self.head, gone[0]))

    def extended(self, end: int, ubatch: int) -> Window:
        """With all positions up to `end`, computed in batches of at most `ubatch`."""
        cells, head = list(self.cells), self.head
        for start in range(self.highest + 1, end, ubatch):
            head = self._write(cells, head, range(start, min(start + ubatch, end)))
        return replace(self, cells=tuple(cells), head=head)

    def _write(self, cells: list[int], head: int, positions: range) -> int:
        places = self._places(cells, head, positions)
        overwritten = max(cells[place] for place in places)
        for place, position in zip(places, positions, strict=True):
            cells[place] = position
        if overwritten != FREE:  # what is kept is always one piece, up to the end
            cells[:] = [FREE if position <= overwritten else position for position in cells]
        return places[-1] + 1

    def _places(self, cells: list[int], head: int, positions: range) -> list[int]:
        used = sum(position != FREE for position in cells)
        first = 0 if head > used + 2 * len(positions) else head
        round_trip = (place % len(cells) for place in range(first, first + len(cells)))
        behind = positions.start - self.window
        free = (place for place in round_trip if cells[place] == FREE or cells[place] <= behind)
        return [place for place, _ in zip(free, positions, strict=False)]

    def saved(self) -> Window:
        """As a copy elsewhere gives it back: only what the window still reaches, in fresh cells."""
        reached = max(self.lowest, self.highest + 2 - self.window)
        kept = tuple(range(reached, self.highest + 1)) if self.highest != FREE else ()
        return Window(self.window, kept + (FREE,) * (len(self.cells) - len(kept)), len(kept))
