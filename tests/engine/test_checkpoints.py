"""When llama.cpp makes checkpoints, and which it goes back to."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from promptlint.engine.checkpoints import Checkpoint, Restored, Schedule, computed, restored
from promptlint.engine.llama_cpp import Recurrent

USUAL = Schedule(most=32, step=8192, batch=2048, ubatch=512)
EMPTY = Restored(0, Recurrent(), ())


def made(length: int, user_starts: Sequence[int] = (), schedule: Schedule = USUAL) -> list[int]:
    """Where checkpoints stand after a prompt on an empty cache."""
    return [one.tokens for one in computed(EMPTY, length, user_starts, schedule, request=0)[1]]


def test_two_stand_near_the_end() -> None:
    assert made(3050) == [3050 - 516, 3046]
    assert made(300) == [296]
    assert made(4) == []


def test_batches_near_the_end_begin_with_one() -> None:
    assert made(2148) == [1632, 2144]
    assert made(2148, schedule=USUAL._replace(ubatch=64, batch=128)) == [2148 - 68, 2144]
    # A batch as small as the part that is computed at once ends where that part would.
    assert made(2148, schedule=USUAL._replace(ubatch=256, batch=256)) == [2148 - 256, 2144]


def test_the_first_and_the_last_user_message_have_one() -> None:
    assert made(3000, [100, 500, 900]) == [100, 900, 3000 - 516, 2996]
    assert made(3000, [100]) == [100, 3000 - 516, 2996]


def test_others_have_one_only_far_from_the_last() -> None:
    assert made(30_000, [100, 8292, 8293, 16_000, 16_486, 28_900]) == [100, 8293, 16_486, 28_900, 29_484, 29_996]
    assert made(3000, [100, 500, 900], USUAL._replace(step=0)) == [100, 500, 900, 2484, 2996]


def test_nothing_stands_at_the_very_start() -> None:
    assert made(3000, [0]) == [2484, 2996]


def test_a_server_without_checkpoints_makes_none() -> None:
    assert made(3000, [100], USUAL._replace(most=0)) == []


def test_the_oldest_go_where_there_are_too_many() -> None:
    assert made(3000, [100, 500, 900], USUAL._replace(step=0, most=3)) == [900, 2484, 2996]


def test_of_earlier_requests_those_go_first_that_stand_close_by() -> None:
    old = tuple(Checkpoint(tokens, tokens - 1, tokens - 1, Recurrent(tokens), 0) for tokens in (100, 900, 2000))
    start = Restored(2000, Recurrent(2000), old)
    _, after = computed(start, 2100, (), USUAL._replace(most=4), request=1)
    assert [one.tokens for one in after] == [100, 2000, 2096]
    _, enough = computed(start, 2100, (), USUAL._replace(most=6), request=1)
    assert [one.tokens for one in enough] == [100, 900, 2000, 2096]


def test_one_takes_the_place_of_another_after_as_many_tokens() -> None:
    memory, first = computed(EMPTY, 1000, (), USUAL, request=0)
    again = restored(memory, first, 1000, 1000, window=0)
    assert again.tokens == 996
    _, second = computed(again, 1000, (), USUAL, request=1)
    assert [one.tokens for one in second] == [484, 996]


@pytest.mark.parametrize(("common", "reused"), [(3000, 2996), (2996, 2996), (2995, 2484), (2484, 2484), (2483, 100)])
def test_the_last_checkpoint_in_the_common_prefix_is_taken(common: int, reused: int) -> None:
    memory, checkpoints = computed(EMPTY, 3000, [100], USUAL, request=0)
    memory = memory.extended(3010, 1)
    found = restored(memory, checkpoints, common, 4000, window=0)
    assert found.tokens == reused
    assert found.memory.highest == reused - 1
    assert all(one.tokens <= common for one in found.checkpoints)


def test_without_one_everything_goes_and_all_checkpoints_too() -> None:
    memory, checkpoints = computed(EMPTY, 3000, [100], USUAL, request=0)
    assert restored(memory, checkpoints, 99, 4000, window=0) == Restored(0, Recurrent(), ())
