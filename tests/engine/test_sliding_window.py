"""The ring of cells that a sliding window has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.engine.sliding_window import FREE, Window, ring_size


@pytest.mark.parametrize(("window", "ubatch", "size"), [(1024, 512, 1536), (64, 512, 768), (128, 128, 256)])
def test_the_ring_has_the_window_and_a_batch(window: int, ubatch: int, size: int) -> None:
    assert ring_size(window, ubatch) == size


def test_what_fits_stays() -> None:
    ring = Window.empty(1024, 1536).extended(1536, 512)
    assert (ring.lowest, ring.highest) == (0, 1535)


def test_what_does_not_fit_makes_room_for_a_batch_at_a_time() -> None:
    ring = Window.empty(1024, 1536).extended(1536, 512)
    assert ring.extended(1537, 512).lowest == 1
    assert ring.extended(2048, 512).lowest == 512
    assert ring.extended(10_000, 512).lowest == 10_000 - 1536


def test_a_copy_has_only_the_window() -> None:
    ring = Window.empty(1024, 1536).extended(1500, 512)
    assert (ring.saved().lowest, ring.saved().highest) == (1500 - 1023, 1499)
    short = Window.empty(1024, 1536).extended(100, 512).saved()
    assert (short.lowest, short.highest) == (0, 99)


def test_an_empty_ring_has_an_empty_copy() -> None:
    empty = Window.empty(64, 256)
    assert (empty.lowest, empty.saved()) == (FREE, empty)


def test_cells_behind_an_edit_are_free_again() -> None:
    ring = Window.empty(64, 256).extended(200, 64).truncated(120)
    assert (ring.lowest, ring.highest) == (0, 119)
    assert ring.truncated(500) == ring
    assert ring.extended(256, 64).lowest == 0


@given(
    steps=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=8),
    ubatch=st.sampled_from([1, 16, 64]),
)
def test_a_ring_holds_one_piece_that_reaches_the_window(steps: list[tuple[int, int]], ubatch: int) -> None:
    ring = Window.empty(32, 96)
    for kept, added in steps:
        length = ring.highest + 1
        ring = ring.truncated(max(ring.lowest, min(kept, length)) if length else 0)
        length = ring.highest + 1
        ring = ring.extended(length + added, ubatch)
        held = sorted(position for position in ring.cells if position != FREE)
        assert held == list(range(ring.lowest, ring.highest + 1)) or not held
        assert ring.highest + 1 == length + added
