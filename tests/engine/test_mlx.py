"""mlx-lm's server and LM Studio's MLX engine."""

from __future__ import annotations

from promptlint.engine.mlx import serve_lm_studio, serve_mlx_lm
from tests.engine.served import found, ids, pair, predictions, request

LONG = pair(28_950, 30_050, 30_000)


def test_a_cache_that_can_be_cut_back_gives_the_common_prefix() -> None:
    assert found(serve_mlx_lm, LONG) == [0, 28_950]
    assert found(serve_mlx_lm, pair(1000, 1000, 1000)) == [0, 999]
    assert found(serve_lm_studio, LONG) == [0, 28_950]


def test_one_that_cannot_gives_only_stored_beginnings() -> None:
    first = request(LONG[0].prompt, user_starts=(20, 28_900))
    assert found(serve_mlx_lm, [first, LONG[1]], trimmable=False) == [0, 28_900]
    assert found(serve_mlx_lm, LONG, trimmable=False) == [0, 0]
    note = predictions(serve_mlx_lm, LONG, {"trimmable": False})[1].note
    assert note == "this model cannot go back to the middle: nothing was stored that fits"
    note = predictions(serve_mlx_lm, [first, LONG[1]], {"trimmable": False})[1].note
    assert note == "this model cannot go back to the middle: from the last stored beginning, at 28,900"


def test_one_that_cannot_goes_on_from_its_end() -> None:
    prompt, answer = ids(1, 100), ids(2, 10)
    again = [request(prompt, answer), request([*prompt, *answer[:-1], 7, 8])]
    assert found(serve_mlx_lm, again, trimmable=False) == [0, 109]


def test_the_same_prompt_again_is_computed_from_the_last_stored_beginning() -> None:
    prompt = ids(1, 100)
    assert found(serve_mlx_lm, [request(prompt, user_starts=(60,))] * 2, trimmable=False) == [0, 60]
    assert found(serve_lm_studio, [request(prompt)] * 2, trimmable=False) == [0, 89]
    assert found(serve_lm_studio, [request(ids(1, 5))] * 2, trimmable=False) == [0, 0]


def test_only_the_last_few_sequences_are_kept() -> None:
    many = [request(ids(number, 50)) for number in range(1, 12)]
    assert found(serve_mlx_lm, [*many, many[0]])[-1] == 0
    assert found(serve_mlx_lm, [*many, many[1]])[-1] == 49
    assert found(serve_mlx_lm, [*many[:3], many[0]], prompt_cache_size=2)[-1] == 0


def test_what_was_used_is_kept_longest() -> None:
    one, two, three = (request(ids(number, 50)) for number in (1, 2, 3))
    longer = request([*one.prompt, 7])
    assert found(serve_mlx_lm, [one, two, longer, three, one], prompt_cache_size=3) == [0, 0, 50, 0, 49]
